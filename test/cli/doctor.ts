import { describe, expect, test } from 'vitest'
import { runCommand } from './command.ts'
import { connected, type Host } from './host-cluster.ts'
import { preparing } from './prepare.ts'

interface FoundPart {
  readonly name: string
  readonly state: string
  readonly findings: readonly { readonly problem: string; readonly next: string; readonly statement?: string }[]
}

const statesOf = ({ parts }: { parts: readonly FoundPart[] }) =>
  Object.fromEntries(parts.map(({ name, state }) => [name, state]))

export function doctorTests(host: () => Host): void {
  const { environment } = preparing(host)
  const doctor = async (env: Record<string, string>) => {
    const { exitCode, stdout } = await runCommand(['doctor', '--json'], { env })
    return { exitCode, ...(JSON.parse(stdout) as { well: boolean; parts: readonly FoundPart[] }) }
  }

  describe('doctor', { timeout: 180_000 }, () => {
    test('R11 says on one page what is wrong with each part, and the next step', async () => {
      await host().copyWith('examined', '')
      const found = await doctor(environment('examined', 'owner'))
      expect({ exitCode: found.exitCode, well: found.well }).toEqual({ exitCode: 1, well: false })
      expect(statesOf(found)).toEqual({
        configuration: 'ok',
        'analytics secret': 'ok',
        'replication secret': 'ok',
        target: 'ok',
        tenants: 'ok',
        primary: 'warning',
        tables: 'error',
        snapshots: 'ok',
        store: 'skipped',
        slots: 'ok',
      })
      const { stdout } = await runCommand(['doctor'], { env: environment('examined', 'owner') })
      expect(stdout).toMatch(/^configuration +ok +6 reports, of which 4 can be answered by a store\n/)
      expect(stdout).toContain(
        '  error    the plan has 7 statements that are not run yet\n' +
          '           next: millrace plan shows what must be run, millrace apply runs it\n',
      )
      expect(stdout).toMatch(/\n1 error, \d warnings?\.\n$/)

      expect((await runCommand(['apply'], { env: environment('examined', 'owner') })).exitCode).toBe(0)
      const prepared = await doctor(environment('examined', 'owner'))
      expect({ exitCode: prepared.exitCode, tables: statesOf(prepared).tables }).toEqual({ exitCode: 0, tables: 'ok' })
    })

    test('T5 what one part cannot say does not keep it from the others, and no value of a secret is shown', async () => {
      await host().copyWith('ailing', 'drop table public.tenant')
      const env = environment('ailing', 'owner')
      const wrong = { ...JSON.parse(env.MILLRACE_TEST_REPLICATION as string).replication, password: 'qzjxkvw' }
      const secrets = [JSON.stringify({ replication: wrong }), JSON.stringify({ replication: { ...wrong, port: 1 } })]
      for (const MILLRACE_TEST_REPLICATION of secrets) {
        const found = await doctor({ ...env, MILLRACE_TEST_REPLICATION })
        expect(found.exitCode).toBe(1)
        expect(statesOf(found)).toMatchObject({ target: 'ok', tenants: 'error', primary: 'error', tables: 'skipped' })
        expect(JSON.stringify(found)).not.toContain('qzjxkvw')
      }
      const { MILLRACE_TEST_SECRET } = env as { MILLRACE_TEST_SECRET: string }
      const unset = await doctor({ MILLRACE_TEST_SECRET })
      expect(statesOf(unset)).toMatchObject({ 'replication secret': 'error', target: 'ok' })
      const blind = await doctor({})
      expect(statesOf(blind)).toEqual({ configuration: 'ok', 'analytics secret': 'error' })
      const lost = await runCommand(['doctor', '--config', 'nowhere.ts'], { env })
      expect(lost.exitCode).toBe(1)
      expect(lost.stdout).toContain('configuration  error\n  error    --config: there is no file nowhere.ts\n')
    })

    test('T5 a target that is refused is said with its reason, and the rest is looked at', async () => {
      const env = environment('host', 'owner')
      const { primary } = host()
      const { replica } = JSON.parse(env.MILLRACE_TEST_SECRET as string)
      const secret = { replica: { ...replica, host: primary.host, port: primary.port } }
      const found = await doctor({ ...env, MILLRACE_TEST_SECRET: JSON.stringify(secret) })
      expect(statesOf(found)).toMatchObject({ target: 'error', tenants: 'ok', primary: 'warning', snapshots: 'error' })
      expect(found.parts.find(({ name }) => name === 'target')?.findings[0]?.problem).toBe(
        'replica.target declares a standby, but the server is not in recovery',
      )
    })

    test('R4 a replay that somebody has paused is told, with what resumes it', async () => {
      const { standby } = host()
      const state = async () => {
        const found = await doctor(environment('host', 'owner'))
        return found.parts.find(({ name }) => name === 'snapshots')
      }
      await connected(standby, (admin) => admin.query('select pg_wal_replay_pause()'))
      try {
        const paused = await state()
        expect(paused).toMatchObject({ state: 'warning', findings: [{ statement: 'select pg_wal_replay_resume()' }] })
      } finally {
        await connected(standby, (admin) => admin.query('select pg_wal_replay_resume()'))
      }
      expect(await state()).toMatchObject({ state: 'ok', findings: [] })
    })

    test('R10 a slot of another incarnation is shown, with what it keeps', async () => {
      const name = 'millrace_0123456789ab'
      await connected(host().primary, (admin) =>
        admin.query(`select pg_create_logical_replication_slot('${name}', 'pgoutput')`),
      )
      try {
        const { stdout } = await runCommand(['doctor'], { env: environment('host', 'owner') })
        expect(stdout).toMatch(new RegExp(`${name}: reserved, keeps [\\d.]+ (kB|MB|bytes), [^,]+, nobody reads it\n`))
      } finally {
        await connected(host().primary, (admin) => admin.query(`select pg_drop_replication_slot('${name}')`))
      }
    })
  })
}

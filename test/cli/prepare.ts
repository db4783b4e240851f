import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { secretFor } from '../deployment/deployment.ts'
import { CommandProcess, runCommand } from './command.ts'
import { connected, type Host } from './host-cluster.ts'

/** A role that may log in, and nothing else until it is granted. */
export const foldingRole = { user: 'folding', password: `pw${randomBytes(12).toString('hex')}` }

const identity = (table: string) => `alter table ${table} replica identity full`
const options = `publish = 'insert, update, delete, truncate', publish_via_partition_root = true, publish_generated_columns = stored`
const member = (table: string) => `alter publication "millrace" add table ${table}`
const tables = ['"public"."finding"', '"havel"."booking"', '"hudson"."booking"']
const statements = [...tables.map(identity), `create publication "millrace" with (${options})`, ...tables.map(member)]

export interface Preparing {
  /** The environment of a command: both secrets, the second with the role's or the owner's credentials. */
  environment(database: string, as?: 'role' | 'owner'): Record<string, string>
}

export function preparing(host: () => Host): Preparing {
  return {
    environment(database, as = 'role') {
      const { primary, standby } = host()
      const { user, password } = as === 'role' ? foldingRole : primary
      const at = { host: primary.host, port: primary.port, database }
      return {
        MILLRACE_TEST_SECRET: JSON.stringify(secretFor('standby', { ...standby, database }, { ...primary, database })),
        MILLRACE_TEST_REPLICATION: JSON.stringify({ replication: { ...at, user, password } }),
      }
    },
  }
}

/** A script as `psql` would run it: each statement by itself. */
async function runScript(host: Host, database: string, script: string): Promise<void> {
  const text = script.replace(/^--.*$/gm, '')
  await connected({ ...host.primary, database }, async (owner) => {
    for (const statement of text.split(/;\n/)) if (statement.trim() !== '') await owner.query(statement)
  })
}

export function prepareTests(host: () => Host): void {
  const { environment } = preparing(host)

  describe('plan and apply', { timeout: 180_000 }, () => {
    test('R11 R14 plan says all that is missing, with each statement in its order, and runs none', async () => {
      await host().copyWith('planned', `create role ${foldingRole.user} login password '${foldingRole.password}'`)
      const env = environment('planned')
      const { exitCode, stdout, stderr } = await runCommand(['plan'], { env })
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
      expect(stdout).toContain('role "folding"\n  refusal  may not read changes\n')
      expect(stdout).toContain('                 alter role "folding" replication\n')
      expect(stdout).toContain(
        `  3  ${statements[2]};\n     why: an update or a delete must say the whole row as it was`,
      )
      expect(stdout).toMatch(/\n3 tables, 7 statements to run\. Next: millrace apply, or millrace plan --sql for /)
      const planned = JSON.parse((await runCommand(['plan', '--json'], { env })).stdout)
      expect(planned.steps.map(({ statement }: { statement: string }) => statement)).toEqual(statements)
      expect(planned).toMatchObject({ refused: true, tables: 3, findings: [], unused: [] })
      const mending = planned.server.flatMap(({ statement }: { statement?: string }) => statement ?? [])
      expect(mending).toEqual([
        'alter role "folding" replication',
        'grant create on database "planned" to "folding"',
        `alter system set max_slot_wal_keep_size = '50GB'; select pg_reload_conf()`,
        'grant execute on function pg_wal_replay_pause(), pg_wal_replay_resume() to "folding"',
        'grant usage on schema "havel" to "folding"; grant usage on schema "hudson" to "folding"; ' +
          'grant select on "public"."finding", "havel"."booking", "hudson"."booking" to "folding"',
      ])
      // What mends it does, as it is written.
      await connected({ ...host().primary, database: 'planned' }, async (owner) => {
        for (const statement of mending.join('; ').split('; ')) await owner.query(statement)
      })
      await host().cluster.caughtUp()
      const again = JSON.parse((await runCommand(['plan', '--json'], { env })).stdout)
      expect(again).toMatchObject({ refused: false, server: [{ about: 'synchronized_standby_slots' }] })
      const hidden = 'alter table public.finding enable row level security'
      await connected({ ...host().primary, database: 'planned' }, (owner) => owner.query(hidden))
      const guarded = JSON.parse((await runCommand(['plan', '--json'], { env })).stdout)
      expect(guarded.server.at(-1)).toMatchObject({
        severity: 'refusal',
        problem: 'sees only some rows of "public"."finding", by row-level security',
        statement: 'alter role "folding" bypassrls',
      })
    })

    test('R14 --sql is a script that prepares the database, and that may be run again', async () => {
      await host().copyWith('scripted', '')
      const env = environment('scripted', 'owner')
      const { exitCode, stdout } = await runCommand(['plan', '--sql'], { env })
      expect(exitCode).toBe(0)
      expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('--'))).toEqual([
        `set lock_timeout = '200ms';`,
        ...statements.map((statement) => `${statement};`),
      ])
      expect((await runCommand(['apply', '--sql'], { env })).stdout).toBe(stdout)
      await runScript(host(), 'scripted', stdout)
      expect((await runCommand(['plan'], { env })).stdout).toMatch(/\n3 tables: prepared\.\n$/)
      expect((await runCommand(['plan', '--sql'], { env })).stdout).toContain('-- Nothing is to be done.\n')
    })

    test('R14 apply runs it, waits for the transactions that ran meanwhile, and says so', async () => {
      await host().copyWith('applied', '')
      const env = environment('applied', 'owner')
      await connected({ ...host().primary, database: 'applied', application_name: 'the host' }, async (writer) => {
        await writer.query('begin; update public.tenant set time_zone = time_zone')
        const applying = new CommandProcess(['apply'], { env })
        await applying.says('stdout', /done {2}alter publication "millrace" add table "hudson"."booking"\n/)
        await applying.says(
          'stderr',
          /waiting for 1 transaction of the host to end, the oldest of [\d.]+ s \(the host\)\n/,
        )
        await writer.query('commit')
        const { exitCode, stdout } = await applying.ended
        expect(exitCode).toBe(0)
        expect(stdout).toBe(
          `${statements.map((statement) => `done  ${statement}\n`).join('')}` +
            `${/\n(7 statements run: every change is published from [\dA-F/]+ on\. Next: .*\n)$/.exec(stdout)?.[1]}`,
        )
      })
      const again = JSON.parse((await runCommand(['apply', '--json'], { env })).stdout)
      expect(again).toEqual({ steps: [], position: expect.stringMatching(/^[\da-f]{16}$/) })
    })

    test('R14 apply is broken off by Ctrl+C while it waits, and says that it was', async () => {
      await host().copyWith('broken_off', '')
      const env = environment('broken_off', 'owner')
      await connected({ ...host().primary, database: 'broken_off' }, async (writer) => {
        await writer.query('begin; update public.tenant set time_zone = time_zone')
        const applying = new CommandProcess(['apply'], { env })
        await applying.says('stderr', /waiting for 1 transaction/)
        applying.child.kill('SIGINT')
        const { exitCode, stderr } = await applying.ended
        expect(exitCode).toBe(130)
        expect(stderr).toContain('(INTERRUPTED)')
        await writer.query('rollback')
      })
    })

    test('a table that no report reads any more is named, and leaves with --remove-unused', async () => {
      await host().copyWith(
        'outgrown',
        'alter table public.tenant replica identity full; create publication millrace for table public.tenant',
      )
      const env = environment('outgrown', 'owner')
      const drop = 'alter publication "millrace" drop table "public"."tenant"'
      expect((await runCommand(['plan'], { env })).stdout).toContain(`--remove-unused\n  1  ${drop};\n`)
      expect((await runCommand(['plan', '--sql'], { env })).stdout).toContain(`\n-- ${drop};\n`)
      expect((await runCommand(['plan', '--sql', '--remove-unused'], { env })).stdout).toContain(`\n${drop};\n`)
      await runCommand(['apply'], { env })
      const members = () =>
        host().rowsIn('outgrown', `select tablename from pg_publication_tables where tablename = 'tenant'`)
      expect(await members()).toHaveLength(1)
      const { exitCode, stdout } = await runCommand(['apply', '--remove-unused'], { env })
      expect({ exitCode, removed: stdout.split('\n')[0] }).toEqual({ exitCode: 0, removed: `done  ${drop}` })
      expect(await members()).toEqual([])
    })

    test('R14 what would break the host is refused, by plan as by apply; and a role that does not own the tables is told', async () => {
      const change = `alter table public.finding add column half numeric generated always as (cvss / 2) virtual`
      await host().copyWith('refused', change)
      const env = environment('refused', 'owner')
      const plan = await runCommand(['plan'], { env })
      expect(plan.exitCode).toBe(1)
      expect(plan.stdout).toContain('table "public"."finding"\n  refusal  column "half" is generated when it is read,')
      expect(plan.stdout).toContain('none is run until the tables that are refused are mended')
      const script = (await runCommand(['plan', '--sql'], { env })).stdout
      expect(script).toContain('-- REFUSED: table "public"."finding" ')
      expect(script.split('\n').filter((line) => line !== '' && !line.startsWith('--'))).toEqual([])
      const apply = await runCommand(['apply'], { env })
      expect({ exitCode: apply.exitCode, stdout: apply.stdout }).toEqual({ exitCode: 1, stdout: '' })
      expect(apply.stderr).toContain('(REPLICATION_UNPREPARED)')

      const mine = await runCommand(['apply'], { env: environment('applied') })
      expect(mine.exitCode).toBe(0)
      await host().copyWith('owned', '')
      const notMine = await runCommand(['apply'], { env: environment('owned') })
      expect(notMine.exitCode).toBe(1)
      expect(notMine.stderr).toContain(`the role may not run: ${statements[0]}`)
      const owner = {
        ...environment('owned'),
        OWNER: environment('owned', 'owner').MILLRACE_TEST_REPLICATION as string,
      }
      expect((await runCommand(['apply', '--as', 'env:OWNER'], { env: owner })).exitCode).toBe(0)
    })

    test('without the setting, or the secret, it says which', async () => {
      const { MILLRACE_TEST_SECRET } = environment('host') as { MILLRACE_TEST_SECRET: string }
      const missing = await runCommand(['plan'], { env: { MILLRACE_TEST_SECRET } })
      expect(missing.exitCode).toBe(78)
      expect(missing.stderr).toContain('replication (env:MILLRACE_TEST_REPLICATION)')
      const wrong = { ...foldingRole, host: 'db', database: 'app', [foldingRole.password]: 1 }
      const env = {
        MILLRACE_TEST_SECRET,
        MILLRACE_TEST_REPLICATION: JSON.stringify({ replication: { ...wrong, port: -1 } }),
      }
      const refused = await runCommand(['plan', '--json'], { env })
      expect(refused.exitCode).toBe(78)
      expect(JSON.parse(refused.stdout).error.detail).toContain('replication.port: must be between 1 and 65535')
    })
  })
}

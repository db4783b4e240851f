import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { createDatabase } from '../../src/embedded/database.ts'
import { CommandProcess, runCommand } from './command.ts'
import { connected, type Host } from './host-cluster.ts'
import { preparing } from './prepare.ts'

const database = 'folded'
const storeDatabase = 'reports'
const builds = 3 + 3 + 2 + 2

export function foldTests(host: () => Host): void {
  const { environment } = preparing(host)
  /** Both secrets, the first with a store. */
  const env = (): Record<string, string> => {
    const { MILLRACE_TEST_SECRET, ...rest } = environment(database, 'owner')
    const { host: address, port, user, password } = host().primary
    const store = { host: address, port, user, password, database: storeDatabase }
    const secret = { ...JSON.parse(MILLRACE_TEST_SECRET as string), store }
    return { ...rest, MILLRACE_TEST_SECRET: JSON.stringify(secret), MILLRACE_TEST_TENANTS_SECONDS: '5' }
  }
  const run = (...args: string[]) => runCommand(args, { env: env() })
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout)
  const onHost = (text: string) => connected({ ...host().primary, database }, (client) => client.query(text))
  const inStore = (text: string) =>
    connected({ ...host().primary, database: storeDatabase }, async (client) => (await client.query(text)).rows)

  async function folding(...args: string[]): Promise<CommandProcess> {
    const process = new CommandProcess(['fold', ...args], { env: env() })
    await process.says('stdout', /folding/)
    return process
  }

  describe('fold, status, rebuild, verify, erase', { timeout: 300_000 }, () => {
    test('R11 fold that is not prepared for says what to run, and ends', async () => {
      await host().copyWith(database, '')
      await createDatabase(host().cluster.primary, storeDatabase)
      const { parts } = await json('doctor')
      expect(parts.find(({ name }: { name: string }) => name === 'store')).toMatchObject({
        state: 'ok',
        facts: ['it answers every report that can be folded', expect.stringContaining('has no schema of this version')],
      })
      const { store, ...rest } = JSON.parse(env().MILLRACE_TEST_SECRET as string)
      const routed = {
        ...rest,
        store: { ...store, reports: ['active-findings', 'channel-days'], shadow: ['finding-trnd'] },
      }
      const misnamed = await runCommand(['doctor'], { env: { ...env(), MILLRACE_TEST_SECRET: JSON.stringify(routed) } })
      expect(misnamed.stdout).toContain(
        'store.reports.1: is raw SQL, which runs on the replica; store.shadow.0: is no report',
      )
      expect(misnamed.stdout).toContain('it answers active-findings, channel-days, and is compared for finding-trnd')
      const unprepared = await run('fold')
      expect(unprepared.exitCode).toBe(1)
      expect(unprepared.stderr).toContain('(REPLICATION_UNPREPARED)')
      expect(unprepared.stderr).toContain('millrace plan')
      const without = await runCommand(['fold'], { env: environment(database, 'owner') })
      expect(without.exitCode).toBe(78)
      expect(without.stderr).toContain('store: is missing; without it nothing is folded')
      expect(await json('status')).toMatchObject({ committedAt: null, slot: null, builds: [], requests: [] })
    })

    test('fold --once builds everything, says each build, and ends when it has caught up', async () => {
      expect((await run('apply')).exitCode).toBe(0)
      const { exitCode, stdout, stderr } = await run('fold', '--once')
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      const ready = stdout.split('\n').filter((line) => line.startsWith('ready'))
      expect(ready).toHaveLength(builds)
      expect(ready).toContainEqual(expect.stringMatching(/^ready {5}active-findings, tenant lumen, build \d+$/))
      const status = await json('status')
      expect(status.builds.filter(({ state }: { state: string }) => state === 'ready')).toHaveLength(builds)
      expect(status).toMatchObject({
        committedAt: expect.stringMatching(/Z$/),
        lagBytes: expect.any(Number),
        slot: { isThere: true, walStatus: 'reserved', retainedBytes: expect.any(Number) },
      })
      expect(status.slot.activePid).toBeUndefined()
      const watching = new CommandProcess(['status', '--watch', '--json'], { env: env() })
      const [lines] = await watching.says('stdout', /^(\{.*\}\n){2}/)
      for (const line of lines.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ epoch: status.epoch })
      watching.child.kill('SIGINT')
      expect(await watching.ended).toMatchObject({ exitCode: 0, stderr: '' })
      const { stdout: text } = await run('status')
      expect(text).toMatch(/^position {2}[\dA-F]+\/[\dA-F]+\ncurrent {3}to .*Z\nlag {7}[\d.]+ s, .*\nepoch {5}\d+\n/)
      expect(text).toMatch(/slot {6}millrace_[\da-f]{12}: reserved, keeps .*, [^,]+, nobody reads it\n/)
      expect(text).toMatch(/\nactive-findings +3 +0 +0 +0\n/)
      const doctor = await json('doctor')
      expect(doctor.parts.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual(
        expect.arrayContaining([
          ['store', 'ok'],
          ['slots', 'warning'],
        ]),
      )
    })

    test('F1 fold follows until SIGTERM; metrics and health say how far; one folds, and the other waits', async () => {
      const first = await folding('--metrics-port', '0')
      const [, address] = await first.says('stderr', /metrics and health at (http:\S+)\n/)
      const second = new CommandProcess(['fold', '--json', '--metrics-port', '0'], { env: env() })
      try {
        await second.says('stdout', /"type":"waiting"/)
        await onHost(`insert into public.finding select 1000000 + n, 'lumen', 'late', 'CVE-1', 'low', 1, now(), null, now()
          from generate_series(1, 1000) n`)
        await vi.waitFor(
          async () => {
            const text = await (await fetch(`${address}/metrics`)).text()
            const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
            expect(value('millrace_fold_changes_total')).toBeGreaterThanOrEqual(1000)
            expect(value('millrace_fold_active')).toBe(1)
            expect(value('millrace_fold_builds{state="ready"}'.replaceAll(/[{}]/g, '\\$&'))).toBe(builds)
            expect(value('millrace_fold_lag_seconds')).toBeLessThan(10)
            expect(value('millrace_slot_retained_bytes')).toBeGreaterThan(0)
            expect(value('millrace_slot_lost')).toBe(0)
          },
          { timeout: 20_000, interval: 200 },
        )
        expect((await fetch(`${address}/health/live`)).status).toBe(200)
        expect((await fetch(`${address}/health/ready`)).status).toBe(200)
        expect((await fetch(`${address}/nowhere`)).status).toBe(404)
        const { exitCode, stdout } = await run('verify')
        expect({ exitCode, stdout }).toEqual({
          exitCode: 0,
          stdout: `${builds} builds compared: each is what the rows say.\n`,
        })
        first.child.kill('SIGTERM')
        expect((await first.ended).exitCode).toBe(0)
        await second.says('stdout', /"type":"started"/)
        second.child.kill('SIGINT')
        expect(await second.ended).toMatchObject({ exitCode: 0, stderr: '' })
        for (const line of second.stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('time')
      } finally {
        first.child.kill('SIGKILL')
        second.child.kill('SIGKILL')
      }
    })

    test('F1 verify finds a counter that is wrong and shows it; --repair mends just that', async () => {
      const worker = await folding()
      try {
        await inStore(`update reporting.counters set "values" = array_replace("values", "values"[1], "values"[1] + 5)
          where build = (select build from reporting.builds where report = 'finding-trend' and tenant = 'lumen' and state = 'ready')`)
        const found = await run('verify', '--report', 'finding-trend')
        expect(found.exitCode).toBe(1)
        expect(found.stdout).toContain('report "finding-trend", tenant lumen: ')
        expect(found.stdout).toContain('3 builds compared: 1 differs. Next: millrace verify --repair')
        const others = await run('verify', '--report', 'finding-trend', '--tenant', 'havel')
        expect({ exitCode: others.exitCode, stdout: others.stdout }).toEqual({
          exitCode: 0,
          stdout: '1 build compared: each is what the rows say.\n',
        })
        const repaired = await json('verify', '--report', 'finding-trend', '--repair')
        expect(repaired.outcome.different).toMatchObject([{ tenant: 'lumen', report: 'finding-trend', repaired: true }])
        const continuous = ['verify', '--report', 'finding-trend', '--tenant', 'lumen', '--json', '--every', '1s']
        const verifying = new CommandProcess(continuous, { env: env() })
        const [lines] = await verifying.says('stdout', /^(\{.*\}\n){2}/)
        for (const line of lines.trimEnd().split('\n'))
          expect(JSON.parse(line)).toMatchObject({ state: 'done', outcome: { done: 1, different: [] } })
        verifying.child.kill('SIGTERM')
        expect(await verifying.ended).toMatchObject({ exitCode: 0, stderr: '' })

        const before = (await json('status')).builds.map(({ number }: { number: number }) => number)
        const { exitCode, stdout } = await run('rebuild', 'booking-comparison', '--tenant', 'havel')
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '1 build made anew\n' })
        const after = (await json('status')).builds
        expect(after.filter(({ number }: { number: number }) => !before.includes(number))).toMatchObject([
          { report: 'booking-comparison', tenant: 'havel', state: 'ready' },
        ])
        const unknown = await run('rebuild', 'booking-comparison', '--tenant', 'nobody')
        expect({ exitCode: unknown.exitCode, stdout: unknown.stdout }).toEqual({
          exitCode: 1,
          stdout: 'nothing was built: the worker folds no such report for such a tenant\n',
        })
        const raw = await run('rebuild', 'channel-days')
        expect({ exitCode: raw.exitCode, stderr: raw.stderr }).toEqual({
          exitCode: 2,
          stderr: expect.stringContaining(
            'report "channel-days" is raw SQL: the replica answers it, and it is not folded',
          ),
        })
      } finally {
        worker.child.kill('SIGTERM')
        expect((await worker.ended).exitCode).toBe(0)
      }
    })

    test('credentials that were rotated are read again, and it folds on', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'millrace-secret-'))
      const file = join(folder, 'replication.json')
      const rotate = async (password: string) => {
        await onHost(`alter role rotating password '${password}'`)
        const { host: address, port } = host().primary
        const replication = { host: address, port, user: 'rotating', password, database }
        await writeFile(file, JSON.stringify({ replication }))
      }
      try {
        await onHost('create role rotating login superuser')
        await rotate('first')
        const setting = { ...env(), MILLRACE_TEST_REPLICATION_SETTING: `file:${file}` }
        const worker = new CommandProcess(['fold'], { env: setting })
        await worker.says('stdout', /folding/)
        // The secret was read long enough ago to be read again.
        await delay(5_000)
        await rotate('second')
        await onHost(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rotating'`)
        await worker.says('stdout', /trouble {3}source: the database does not accept the credentials(?:.*\n)+folding/)
        worker.child.kill('SIGTERM')
        const { exitCode, stdout, stderr } = await worker.ended
        expect(exitCode).toBe(0)
        for (const password of ['first', 'second']) expect(stdout + stderr).not.toContain(password)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    })

    test('status says what the store holds, also where the primary does not answer', async () => {
      const { replication } = JSON.parse(env().MILLRACE_TEST_REPLICATION as string)
      const away = { ...env(), MILLRACE_TEST_REPLICATION: JSON.stringify({ replication: { ...replication, port: 1 } }) }
      const { exitCode, stdout } = await runCommand(['status'], { env: away })
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/\nlag {7}not known: the database cannot be reached.*\n/)
      expect(stdout).toMatch(/\nfinding-trend +3 /)
    })

    test('a request that no worker takes is said to wait, and stays when it is not waited for any longer', async () => {
      const asking = new CommandProcess(['rebuild', 'finding-trend'], { env: env() })
      await asking.says('stderr', /Note: no worker has taken the request yet: is millrace fold running/)
      asking.child.kill('SIGINT')
      expect((await asking.ended).exitCode).toBe(130)
      expect((await json('status')).requests).toContainEqual(
        expect.objectContaining({ kind: 'rebuild', report: 'finding-trend', state: 'waiting' }),
      )
    })

    test('R10 doctor tells a slot that keeps log for nobody from the one that is continued from, and a build that is stopped', async () => {
      const name = 'millrace_fedcba987654'
      await onHost(`select pg_create_logical_replication_slot('${name}', 'pgoutput')`)
      try {
        await inStore(`update reporting.builds set state = 'stopped', detail = 'public.finding, column "cvss", row with id = 7: NaN'
          where report = 'active-findings' and tenant = 'havel'`)
        const { exitCode, stdout } = await run('doctor')
        expect(exitCode).toBe(1)
        expect(stdout).toMatch(
          new RegExp(`slot ${name} is not what this store continues from; nobody reads it, and it keeps `),
        )
        expect(stdout).toContain(`\n                 select pg_drop_replication_slot('${name}')\n`)
        expect(stdout).toContain(
          'report "active-findings" is stopped: public.finding, column "cvss", row with id = 7: NaN (tenant havel)\n',
        )
        await onHost(`select pg_drop_replication_slot('${name}')`)
        expect((await run('doctor')).stdout).not.toContain('is not what this store continues from')
      } finally {
        await onHost(`select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '${name}'`)
      }
    })

    test('S8 erase leaves nothing of a tenant, and refuses while it would be built anew', async () => {
      const listed = await run('erase', 'lumen', '--yes')
      expect(listed.exitCode).toBe(2)
      expect(listed.stderr).toContain('is on the allowlist, and would be built anew: take it off first, or say --force')
      await onHost(`delete from public.tenant where id = 'lumen'`)
      await host().cluster.caughtUp()
      // What was asked of it is of it, too, and so is what came of it.
      expect((await json('status')).requests.some((request: object) => JSON.stringify(request).includes('lumen'))).toBe(
        true,
      )
      const asked = await run('erase', 'lumen')
      expect(asked.exitCode).toBe(2)
      expect(asked.stderr).toContain('say --yes')
      const worker = await folding()
      try {
        const { exitCode, stdout } = await run('erase', 'lumen', '--yes')
        expect(exitCode).toBe(0)
        expect(stdout).toMatch(
          /^(dropped {2}[\w-]+, build \d+\n)+\d+ builds? dropped; nothing of tenant "lumen" is left in the store\.\n$/,
        )
        expect((await json('status')).builds.filter(({ tenant }: { tenant: string }) => tenant === 'lumen')).toEqual([])
        const tables = (await inStore(
          `select table_name as name from information_schema.tables where table_schema = 'reporting' and table_type = 'BASE TABLE'`,
        )) as { name: string }[]
        expect(tables.length).toBeGreaterThan(3)
        for (const { name } of tables)
          expect({
            name,
            rows: await inStore(`select t from reporting."${name}" t where t::text like '%lumen%'`),
          }).toEqual({ name, rows: [] })
        expect((await run('verify', '--report', 'active-findings')).exitCode).toBe(0)
      } finally {
        worker.child.kill('SIGTERM')
        await worker.ended
      }
    })
  })
}

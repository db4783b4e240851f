import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hostSchemas, hostSources, hostTables, hostWrites } from '../../test/replication/host-tables.ts'
import { brief, read } from '../../test/replication/reading.ts'
import { makeSourceDatabase, type SourceDatabase, settingsOf } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { apply } from './apply.ts'
import { plan } from './plan.ts'
import { positionOfLsn } from './position.ts'

const options = { sources: hostSources, schemas: hostSchemas }
const [narrow] = hostSources as [(typeof hostSources)[number]]

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false })
  })
  afterAll(() => cluster?.close())

  async function hostDatabase(): Promise<SourceDatabase> {
    const source = await makeSourceDatabase(cluster.primary)
    await source.host.query(hostTables)
    return source
  }

  test('R14 after each step the host inserts, updates and deletes as before, on every kind of table', async () => {
    await using source = await hostDatabase()
    await hostWrites(source.host)
    const planned = await plan(source.host, options)
    expect(planned.findings.filter(({ severity }) => severity === 'refusal')).toEqual([])
    const { steps } = await apply(source.settings, { ...options, onStep: () => hostWrites(source.host) })
    expect(steps).toEqual(planned.steps)
    const all = version >= 18 ? ', publish_generated_columns = stored' : ''
    expect(steps.map(({ statement }) => statement)).toEqual([
      'alter table "public"."narrow" replica identity full',
      'alter table "public"."wide" replica identity full',
      'alter table "public"."parted_old" replica identity full',
      'alter table "public"."parted_new_rest" replica identity full',
      'alter table "public"."generated" replica identity full',
      'alter table "public"."keyless" replica identity full',
      'alter table "north"."item" replica identity full',
      'alter table "South Side"."item" replica identity full',
      `create publication "millrace" with (publish = 'insert, update, delete, truncate', publish_via_partition_root = true${all})`,
      ...[
        '"public"."narrow"',
        '"public"."wide"',
        '"public"."parted"',
        '"public"."generated"',
        '"public"."keyless"',
      ].map((table) => `alter publication "millrace" add table ${table}`),
      'alter publication "millrace" add table "north"."item"',
      'alter publication "millrace" add table "South Side"."item"',
      `create publication "millrace_inserts" with (publish = 'insert, truncate', publish_via_partition_root = true${all})`,
      'alter publication "millrace_inserts" add table "public"."outbox"',
    ])
    expect((await plan(source.host, options)).steps).toEqual([])
  })

  test('R14 what the host does later is not broken either: partitions, columns', async () => {
    await using source = await hostDatabase()
    await apply(source.settings, options)
    const { host } = source
    await host.query(`create table parted_later partition of parted for values from ('2027-01-01') to (maxvalue)`)
    await host.query(`insert into parted values (1, 'acme', '2027-06-01', 1)`)
    await host.query(
      'update parted set amount = 2 where id = 1; update parted set id = 2 where id = 1; delete from parted where id = 2',
    )
    await host.query('alter table narrow add column half integer generated always as (amount / 2) stored')
    await host.query('alter table keyless add column note text; alter table wide drop column body')
    for (const table of ['narrow', 'keyless', 'generated'])
      await host.query(
        `insert into ${table} (id, tenant_id, amount) values (1, 'acme', 1); update ${table} set amount = 2; delete from ${table}`,
      )
    const { steps } = await plan(host, options)
    expect(steps.map(({ statement }) => statement)).toEqual([
      'alter table "public"."parted_later" replica identity full',
    ])
  })

  test('R5 R6 R13 once it is prepared, the stream says every row as it was', async () => {
    await using source = await hostDatabase()
    await apply(source.settings, options)
    await using reading = await read(source, {
      slot: await source.slot(),
      publications: ['millrace', 'millrace_inserts'],
    })
    await hostWrites(source.host)
    const events = brief(await reading.untilNow()) as [type: string, table: string][]
    const kinds = new Map<string, Set<string>>()
    for (const [type, table] of events) kinds.set(table, (kinds.get(table) ?? new Set()).add(type))
    const all = new Set(['insert', 'update', 'delete'])
    expect(Object.fromEntries(kinds)).toEqual({
      ...Object.fromEntries(['narrow', 'wide', 'parted', 'generated', 'keyless', 'item'].map((table) => [table, all])),
      outbox: new Set(['insert']),
    })
  })

  test('R14 it may be broken off after any step, and run again', async () => {
    await using source = await hostDatabase()
    const { steps } = await plan(source.host, options)
    for (let round = 0; round < steps.length; round++) {
      const stopping = apply(source.settings, {
        ...options,
        onStep: () => {
          throw new RangeError('stopped')
        },
      })
      await expect(stopping).rejects.toThrow()
      await hostWrites(source.host)
      expect((await plan(source.host, options)).steps).toEqual(steps.slice(round + 1))
    }
    expect((await apply(source.settings, options)).steps).toEqual([])
    // Two at once do the same.
    await source.host.query('drop publication millrace')
    await Promise.all([apply(source.settings, options), apply(source.settings, options)])
    expect((await plan(source.host, options)).steps).toEqual([])
  })

  test('R14 a table that somebody uses for long is tried again, and those who write meanwhile hardly wait', async () => {
    await using source = await hostDatabase()
    const reader = await source.connect()
    await reader.query('begin; select count(*) from narrow')
    let isApplied = false
    const applying = apply(source.settings, { sources: [narrow], lockMilliseconds: 50 }).then((applied) => {
      isApplied = true
      return applied
    })
    const waits: number[] = []
    // As many attempts are made as fit into the time.
    for (const began = performance.now(); performance.now() - began < 2_000; ) {
      const before = performance.now()
      await source.host.query(`insert into narrow values ($1, 'acme', 1)`, [waits.length])
      waits.push(performance.now() - before)
    }
    expect(isApplied).toBe(false)
    expect(Math.max(...waits)).toBeGreaterThan(20)
    // Whoever waited for the table's lock would wait for the reader.
    expect(Math.max(...waits)).toBeLessThan(3_000)
    await reader.query('commit')
    expect((await applying).steps).toHaveLength(3)
  })

  test('R14 a lock that never comes is given up, and named', async () => {
    await using source = await hostDatabase()
    const reader = await source.connect()
    await reader.query('begin; select count(*) from narrow')
    const applying = apply(source.settings, { sources: [narrow], lockMilliseconds: 10, patienceMilliseconds: 100 })
    await expect(applying).rejects.toMatchObject({
      code: 'REPLICATION_UNPREPARED',
      detail: expect.stringContaining('alter table "public"."narrow" replica identity full'),
    })
    await reader.query('rollback')
  })

  test('R14 a table has joined once every transaction has ended that ran then, prepared ones too', async () => {
    await using source = await hostDatabase()
    const { host } = source
    await host.query('alter table narrow replica identity full')
    const writer = await source.connect()
    await writer.query(`begin; insert into narrow values (1, 'acme', 1)`)
    let isApplied = false
    const applying = apply(source.settings, { sources: [narrow] }).then((applied) => {
      isApplied = true
      return applied
    })
    await vi.waitFor(async () => expect((await plan(host, { sources: [narrow] })).steps).toEqual([]), {
      timeout: 20_000,
    })
    const asked = new Set<string>()
    await vi.waitFor(
      async () => {
        const waiting = `select query_start::text as at from pg_stat_activity
          where application_name = 'millrace control' and query like '%pg_snapshot_xmin%' and datname = current_database()`
        for (const { at } of (await host.query(waiting)).rows) asked.add(at)
        expect(asked.size).toBeGreaterThan(5)
      },
      { timeout: 20_000, interval: 1 },
    )
    expect(isApplied).toBe(false)
    await writer.query('commit')
    const { rows } = await writer.query('select pg_current_wal_lsn()::text as lsn')
    const { position } = await applying
    expect(position >= positionOfLsn(rows[0].lsn)).toBe(true)
  })

  test('what is there and is not as it should be is mended', async () => {
    await using source = await hostDatabase()
    const { host } = source
    await host.query(
      `create publication millrace for table narrow (id, tenant_id), wide where (id > 5) with (publish = 'insert')`,
    )
    await hostWrites(host)
    const { steps } = await apply(source.settings, {
      sources: hostSources.slice(0, 2),
      onStep: () => hostWrites(host).catch(() => {}),
    })
    expect(steps.map(({ statement }) => statement).slice(2)).toEqual([
      expect.stringMatching(/^alter publication "millrace" set \(publish = /),
      'alter publication "millrace" drop table "public"."narrow"',
      'alter publication "millrace" add table "public"."narrow"',
      'alter publication "millrace" drop table "public"."wide"',
      'alter publication "millrace" add table "public"."wide"',
    ])
    await hostWrites(host)
  })

  test('a table that no source names is taken out when that is asked for, and only then', async () => {
    await using source = await hostDatabase()
    await apply(source.settings, options)
    const less = { sources: hostSources.filter((each) => each !== narrow), schemas: ['north'] }
    expect((await apply(source.settings, less)).steps).toEqual([])
    const { steps } = await apply(source.settings, {
      ...less,
      removesUnused: true,
      onStep: () => hostWrites(source.host),
    })
    expect(steps.map(({ statement }) => statement)).toEqual([
      'alter publication "millrace" drop table "South Side"."item"',
      'alter publication "millrace" drop table "public"."narrow"',
    ])
  })

  test('a role that does not own the tables is told what its owner must run', async () => {
    await using source = await hostDatabase()
    await source.host.query(
      `create role folding_${version} login replication password 'folding'; grant create on database ${source.settings.database} to folding_${version}`,
    )
    const { settings } = source
    const folding = settingsOf({ ...settings, user: `folding_${version}`, password: 'folding' })
    await expect(apply(folding, { sources: [narrow] })).rejects.toMatchObject({
      code: 'REPLICATION_UNPREPARED',
      detail: 'the role may not run: alter table "public"."narrow" replica identity full',
    })
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSourceDatabase, type SourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { bigint, integer, nullable, text, timestamp } from '../report/column.ts'
import { source as defineSource } from '../report/source.ts'
import { apply } from './apply.ts'
import { plan } from './plan.ts'
import type { FoldedSource } from './published-table.ts'

const columns = { id: bigint(), tenantId: text(), amount: nullable(integer()) }
const item = { source: defineSource('item', { columns, key: 'id', tenant: 'tenantId' }) }
const itemColumns = 'id bigint primary key, tenant_id text, amount integer'

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false })
  })
  afterAll(() => cluster?.close())

  async function database(sql: string): Promise<SourceDatabase> {
    const source = await makeSourceDatabase(cluster.primary)
    await source.host.query(sql)
    return source
  }
  const refusals = async (source: SourceDatabase, sources: readonly FoldedSource[] = [item]) =>
    (await plan(source.host, { sources })).findings.filter(({ severity }) => severity === 'refusal')

  /** What the host's update and delete say, once a table is forced to be prepared. */
  async function forced({ host }: SourceDatabase, table = 'item'): Promise<string[]> {
    await host.query(`alter table ${table} replica identity full`)
    await host.query('create publication forced for table item with (publish_via_partition_root = true)')
    const messages: string[] = []
    for (const statement of ['update item set amount = 2', 'delete from item'])
      await host.query(statement).catch((error) => messages.push(error.message))
    return messages
  }

  test('R11 everything that keeps a table out is named at once, each with what to do', async () => {
    await using source = await database(`
      create view item as select 1::bigint as id, 'a'::text as tenant_id, 1 as amount;
      create unlogged table fast (${itemColumns});
      create table parent (${itemColumns}); create table child () inherits (parent);
      create table typed (id bigint primary key, tenant_id text, amount timestamptz);
      create table less (id bigint primary key, tenant_id text);
      create extension postgres_fdw; create server elsewhere foreign data wrapper postgres_fdw;
      create table spread (id bigint, tenant_id text, amount integer, primary key (id)) partition by range (id);
      create table spread_here partition of spread for values from (0) to (10)`)
    await source.host.query('alter table spread drop constraint spread_pkey')
    await source.host.query(
      'create foreign table spread_there partition of spread for values from (10) to (20) server elsewhere',
    )
    const named = (table: string) => ({ source: defineSource(table, { columns, key: 'id', tenant: 'tenantId' }) })
    const found = await refusals(
      source,
      ['item', 'missing', 'fast', 'parent', 'typed', 'less', 'spread', 'spread_here'].map(named),
    )
    expect(found.map(({ about, problem }) => `${about} ${problem}`)).toEqual([
      'table "public"."item" is no table',
      'table "public"."missing" does not exist, or cannot be seen',
      'table "public"."fast" is not written to the log',
      'table "public"."parent" has tables that inherit from it',
      'table "public"."typed" column "amount": is timestamp with time zone, and is declared as integer',
      'table "public"."less" column "amount": the table has no such column',
      'table "public"."spread" its partition "public"."spread_there" is elsewhere',
      'table "public"."spread" is a source, and so is its partition "public"."spread_here", whose changes would be said of one of them only',
    ])
    for (const { next } of found) expect(next).not.toBe('')
    await expect(apply(source.settings, { sources: [item, named('missing')] })).rejects.toMatchObject({
      code: 'REPLICATION_UNPREPARED',
      detail: expect.stringMatching(/item" is no table: .*; table "public"\."missing" does not exist/),
    })
    expect((await source.host.query('select from pg_publication')).rows).toEqual([])
  })

  test('R14 a partitioned table without a primary key is refused: its next partition would refuse the host', async () => {
    await using source =
      await database(`create table item (id bigint, tenant_id text, amount integer) partition by range (id);
      create table item_1 partition of item for values from (0) to (10); insert into item values (1, 'a', 1)`)
    expect(await refusals(source)).toMatchObject([{ problem: expect.stringContaining('has no primary key') }])
    expect(await forced(source, 'item_1')).toEqual([])
    await source.host.query(
      `create table item_2 partition of item for values from (10) to (20); insert into item values (11, 'a', 1)`,
    )
    await expect(source.host.query('update item set amount = 2 where id = 11')).rejects.toThrow(
      /does not have a replica identity/,
    )
  })

  test('R14 a list of columns in another publication is refused: with the whole row as identity it would refuse the host', async () => {
    await using source = await database(`create table item (${itemColumns}); insert into item values (1, 'a', 1);
      create publication other for table item (id, tenant_id)`)
    expect(await refusals(source)).toMatchObject([
      { problem: expect.stringContaining('publication "other" lists some of its columns') },
    ])
    expect(await refusals(source, [{ ...item, isInsertOnly: true }])).toEqual([])
    await source.host.query('update item set amount = 2')
    expect(await forced(source)).toHaveLength(2)
  })

  test('another publication without a list of columns is only told of', async () => {
    await using source = await database(`create table item (${itemColumns}); create publication other for all tables`)
    const { findings } = await plan(source.host, { sources: [item] })
    expect(findings).toMatchObject([
      { severity: 'warning', problem: expect.stringContaining('publication "other" has it too') },
    ])
  })

  test.runIf(version >= 18)(
    'R14 a column that is generated when it is read is refused: it would refuse the host',
    async () => {
      await using source =
        await database(`create table item (${itemColumns}, twice integer generated always as (amount * 2) virtual);
      insert into item values (1, 'a', 1)`)
      expect(await refusals(source)).toMatchObject([
        { problem: expect.stringContaining('column "twice" is generated when it is read') },
      ])
      expect(await forced(source)).toHaveLength(2)
      await source.host.query('drop publication forced; alter table item replica identity default')
      const inserts = { ...item, isInsertOnly: true }
      await apply(source.settings, { sources: [inserts] })
      await source.host.query('update item set amount = 3; delete from item')
    },
  )

  test.runIf(version >= 18)(
    'R14 a generated column that another publication leaves out is refused: it would refuse the host',
    async () => {
      await using source =
        await database(`create table item (${itemColumns}, twice integer generated always as (amount * 2) stored);
      insert into item values (1, 'a', 1); create publication other for table item`)
      const [found] = await refusals(source)
      expect(found).toMatchObject({ statement: 'alter publication "other" set (publish_generated_columns = stored)' })
      await source.host.query(found?.statement ?? '')
      expect(await refusals(source)).toEqual([])
      await apply(source.settings, { sources: [item] })
      await source.host.query('update item set amount = 2; delete from item')
      await source.host.query(
        `insert into item values (1, 'a', 1); alter publication other set (publish_generated_columns = none)`,
      )
      await expect(source.host.query('update item set amount = 2')).rejects.toThrow(/cannot update table "item"/)
    },
  )

  test('a generated column that a source declares is refused where changes leave it out', async () => {
    await using source = await database(
      `create table item (id bigint primary key, tenant_id text, amount integer generated always as (1) stored)`,
    )
    const expected =
      version >= 18
        ? []
        : [{ problem: 'column "amount": is generated, which the changes of PostgreSQL before 18 leave out' }]
    expect(await refusals(source)).toMatchObject(expected)
  })

  test('R14 a wide row is warned of, with the bytes that an update will really write', async () => {
    const wide = { ...columns, body: nullable(text()), at: nullable(timestamp()) }
    await using source = await database(`create table item (${itemColumns}, body text, at timestamptz);
      insert into item select n, 'acme', n, (select string_agg(md5((n * m)::text), '') from generate_series(1, 200 + n) m)
        from generate_series(1, 200) n; analyze item`)
    const sources = [{ source: defineSource('item', { columns: wide, key: 'id', tenant: 'tenantId' }) }]
    const [found] = (await plan(source.host, { sources })).findings
    const [, average, greatest] = /: (\d+) bytes on average, up to (\d+)/.exec(found?.problem ?? '') ?? []
    expect(found).toMatchObject({ severity: 'warning', about: 'table "public"."item"' })
    const written = async () => {
      await source.host.query('checkpoint')
      await source.host.query('update item set at = now()')
      const lsn = async () =>
        (await source.host.query('select pg_current_wal_insert_lsn() - $1::pg_lsn as bytes', ['0/0'])).rows[0].bytes
      const before = Number(await lsn())
      await source.host.query('update item set at = now()')
      return (Number(await lsn()) - before) / 200
    }
    const before = await written()
    await apply(source.settings, { sources })
    const added = (await written()) - before
    expect(Math.abs(added / Number(average) - 1)).toBeLessThan(0.15)
    expect(Number(greatest)).toBeGreaterThan(Number(average) * 1.1)
  })
})

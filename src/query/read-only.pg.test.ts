import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openReplica } from '../../test/replica/open-replica.ts'
import { makeReportsDatabase, makeTenants, reader, secretOf } from '../../test/replica/reports-database.ts'
import { type Cluster, type Connection, startCluster } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import type { Replica } from './replica.ts'

const tenants = makeTenants(2)

/** Each way to change something that a statement, or two in one exchange, may try. */
const doors: readonly (readonly string[])[] = [
  [`insert into public.item values ('acme', 99)`],
  [`update public.item set n = 99`],
  [`delete from public.item`],
  [`truncate public.item`],
  [`with changed as (delete from public.item returning n) select n from changed`],
  [`merge into public.item using (select 1) s on true when matched then delete`],
  [`create table public.made ()`],
  [`create temp table made (n integer)`],
  [`select * into temp made from public.item`],
  [`create schema made`],
  [`drop table public.item`],
  [`alter table public.item add made integer`],
  [`grant select on public.item to public`],
  [`comment on table public.item is 'made'`],
  [`select nextval('public.numbers')`],
  [`select setval('public.numbers', 99)`],
  [`select lo_import('/etc/hostname')`],
  [`select lo_export(99, '/tmp/made')`],
  [`copy public.item from stdin`],
  [`copy public.item to '/tmp/made'`],
  [`copy (select 1) to program 'true'`],
  [`copy public.item from program 'echo acme 99'`],
  [`set transaction read write`],
  [`set session characteristics as transaction read write`, `insert into public.item values ('acme', 99)`],
  [`set transaction read write`, `insert into public.item values ('acme', 99)`],
  [`select set_config('transaction_read_only', 'off', true)`, `insert into public.item values ('acme', 99)`],
  [`select set_config('transaction_read_only', 'off', false)`],
  [`select set_config('default_transaction_read_only', 'off', false)`, `insert into public.item values ('acme', 99)`],
  [`commit`, `insert into public.item values ('acme', 99)`],
  [`rollback`, `begin read write`, `insert into public.item values ('acme', 99)`, `commit`],
  [`commit`, `select tenant_id from public.item`],
  [`notify heard, 'made'`],
  [`listen heard`],
  [`do $$ begin perform 1; end $$`],
  [`call public.nothing()`],
  [`prepare made as select 1`],
  [`declare made cursor with hold for select 1`],
  [`lock table public.item in access exclusive mode`],
  [`select pg_read_file('/etc/hostname')`],
  [`select pg_switch_wal()`],
  [`select pg_create_restore_point('made')`],
  [`refresh materialized view public.made`],
  [`vacuum public.item`],
  [`reindex table public.item`],
  [`checkpoint`],
  [``],
]

/** Refused in a read-only transaction from PostgreSQL 16 on; before that it succeeds. */
const largeObjects = [`select lo_create(99)`, `select lo_from_bytea(98, 'made')`]

/** What succeeds as a question, and must leave nothing: it is rolled back. */
const leavesNothing = [
  `select pg_notify('heard', 'made')`,
  `select set_config('work_mem', '9MB', false)`,
  `select pg_advisory_xact_lock(1)`,
]

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  let database: Connection
  beforeAll(async () => {
    cluster = await startCluster({ version })
    database = await makeReportsDatabase(cluster, 'reports', tenants)
    await cluster.caughtUp()
  })
  afterAll(() => cluster?.close())

  const open = (target: 'standby' | 'database' | 'primary') => {
    const server = target === 'standby' ? cluster.standby : cluster.primary
    const connection = { ...server.connection, ...reader, database: database.database }
    return openReplica({ secret: secretOf(connection, { target }), tenants, fairness: { total: 1 } })
  }
  const run = (replica: Replica, texts: readonly string[]) =>
    replica.run({
      ...{ tenant: 'acme', tenancy: 'column', application: 'a door' },
      statements: texts.map((text) => ({ text, values: [] })),
      signal: new AbortController().signal,
    })

  const everything = () =>
    query(
      database,
      `select (select array_agg(format('%s %s', tenant_id, n) order by tenant_id, n) from public.item) as rows,
        (select array_agg(c.oid::regclass::text || c.relacl::text order by c.oid)
          from pg_class c where relnamespace = 'public'::regnamespace) as relations,
        (select count(*) from pg_largeobject_metadata) as large_objects,
        (select last_value::text || is_called from public.numbers) as numbers,
        (select count(*) from pg_locks where locktype = 'advisory') as locks,
        (select count(*) from pg_class where relpersistence = 't') as temporary`,
    )

  test.each(['standby', 'database', 'primary'] as const)(
    'T5 on a %s every door to a write is closed',
    async (target) => {
      const replica = await open(target)
      const before = await everything()
      for (const texts of doors) {
        const outcome = await run(replica, texts).catch((error) => error)
        expect(outcome, texts.join('; ')).toMatchObject({ code: 'INTERNAL' })
      }
      expect(await everything()).toEqual(before)
      expect((await run(replica, ['select count(*) from public.item'])).outcomes[0]?.rows).toEqual([['10']])
    },
  )

  test.each(['database', 'primary'] as const)(
    'T5 on a %s what a question does beside answering is taken back',
    async (target) => {
      const listener = new pg.Client(database)
      await listener.connect()
      const heard: unknown[] = []
      listener.on('notification', (message) => heard.push(message.payload))
      await listener.query('listen heard')
      const replica = await open(target)
      const before = await everything()
      for (const text of leavesNothing) expect((await run(replica, [text])).outcomes[0]?.rows).toHaveLength(1)
      for (const text of largeObjects) {
        const outcome = await run(replica, [text]).catch((error) => error.code)
        if (version >= 16) expect(outcome).toBe('INTERNAL')
      }
      expect(await everything()).toEqual(before)
      await listener.query(`notify heard, 'the last'`)
      await expect.poll(() => heard).toEqual(['the last'])
      await listener.end()
    },
  )
})

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type OpenReplica, openReplica } from '../../test/replica/open-replica.ts'
import { makeReportsDatabase, makeTenants, reader, secretOf } from '../../test/replica/reports-database.ts'
import { type Cluster, type Connection, startCluster } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import type { TenantInput } from '../tenancy/tenant.ts'
import type { ExchangeEvent } from './replica-observer.ts'

const tenants = makeTenants(4)
const [acme, other] = ['acme', 'Acme'] as const
const never = new AbortController().signal

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  let standby: Connection
  beforeAll(async () => {
    cluster = await startCluster({ version })
    const { database } = await makeReportsDatabase(cluster, 'reports', tenants)
    await cluster.caughtUp()
    standby = { ...cluster.standby.connection, ...reader, database }
  })
  afterAll(() => cluster?.close())

  const open = (options: Partial<Parameters<typeof openReplica>[0]> = {}) =>
    openReplica({ secret: secretOf(standby), tenants, ...options })

  /** What the reader's connections run now, by the server's own word. */
  const running = () =>
    query<{ query: string; application_name: string }>(
      { ...cluster.standby.connection, database: 'postgres' },
      `select query, application_name from pg_stat_activity where usename = $1 and state = 'active'`,
      [reader.user],
    )
  const waitFor = (condition: () => unknown) => vi.waitFor(condition, { timeout: 20_000, interval: 20 })
  const runs = (count: number) =>
    waitFor(async () => expect((await running()).filter(({ query }) => query.includes('pg_sleep'))).toHaveLength(count))

  test('T4 in tenancy by column the tenant stands in app.tenant, and row-level security is a second wall', async () => {
    const replica = await open()
    for (const { id } of tenants) {
      expect(await replica.rows(id, `select current_setting('app.tenant')`)).toEqual([[id]])
      expect(await replica.rows(id, `select distinct tenant_id from public.guarded`)).toEqual([[id]])
    }
    expect(await replica.rows(acme, `select count(distinct tenant_id) from public.item`)).toEqual([['4']])
  })

  test('T3 in tenancy by schema a bare name is the own table of each tenant', async () => {
    const replica = await open()
    for (const { id } of tenants) {
      const rows = await replica.rows(id, `select distinct tenant_id, count(*) from item group by 1`, {
        tenancy: 'schema',
      })
      expect(rows).toEqual([[id, '5']])
    }
    await expect(replica.ask(acme, 'select 1 from guarded', { tenancy: 'schema' })).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { code: '42P01' },
    })
  })

  test.each([
    ['has none', undefined],
    ['is $user', '$user'],
  ])('T3 a tenant whose schema %s reaches nothing by schema', async (_, schema) => {
    const replica = await open({ tenants: [{ id: 'acme', schema }] })
    await expect(replica.ask(acme, 'select 1', { tenancy: 'schema' })).rejects.toMatchObject({
      code: 'TENANT_UNKNOWN',
    })
    expect(replica.statistics()).toMatchObject({ running: 0, connections: { total: 1, idle: 1 } })
  })

  test('T2 an unknown tenant opens no connection', async () => {
    const replica = await open()
    await expect(replica.ask('nobody', 'select 1')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' })
    expect(replica.statistics()).toMatchObject({ running: 0, queued: 0, connections: { total: 0 } })
  })

  test('T2 a tenant that leaves the allowlist while it queues reaches nothing', async () => {
    let listed: readonly TenantInput[] = tenants
    const replica = await open({ tenants: async () => listed, fairness: { total: 1, perTenant: 1 } })
    const stopping = new AbortController()
    const slow = replica.ask(other, 'select pg_sleep(60)', { signal: stopping.signal })
    await runs(1)
    const queued = replica.ask(acme, `select 'reached'`)
    for (const asked of [slow, queued]) asked.catch(() => {})
    await waitFor(() => expect(replica.statistics()).toMatchObject({ queued: 1 }))
    listed = tenants.filter(({ id }) => id !== acme)
    await replica.refreshTenants()
    stopping.abort()
    await expect(queued).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' })
    await expect(slow).rejects.toThrow('aborted')
    expect(await replica.rows(other, 'select 1')).toEqual([['1']])
  })

  test('several statements are answered in their order, in one transaction, and nothing of it is left', async () => {
    const replica = await open({ fairness: { total: 1 } })
    const id = { text: `select pg_current_xact_id_if_assigned(), now(), $1::text`, values: ['x'] }
    const { outcomes } = await replica.run({
      tenant: acme,
      tenancy: 'column',
      application: 'several',
      statements: [id, { text: 'select 2', values: [] }, id],
      signal: never,
    })
    expect(outcomes.map(({ rows }) => rows.length)).toEqual([1, 1, 1])
    expect(outcomes[1]?.rows).toEqual([['2']])
    expect(outcomes[0]?.rows).toEqual(outcomes[2]?.rows)
  })

  test('T5 more rows than the limit are not fetched, and the outcome says so', async () => {
    const replica = await open({ rowLimit: 10 })
    const many = (count: number) => ({ text: `select generate_series(1, ${count})`, values: [] })
    const outcome = async (count: number, rowLimit?: number) => {
      const { outcomes } = await replica.ask(acme, { ...many(count), ...(rowLimit !== undefined && { rowLimit }) })
      return [outcomes[0]?.rows.length, outcomes[0]?.complete]
    }
    expect(await outcome(10)).toEqual([10, true])
    expect(await outcome(11)).toEqual([10, false])
    expect(await outcome(100_000_000)).toEqual([10, false])
    expect(await outcome(11, 11)).toEqual([11, true])
    expect(await outcome(3, 2)).toEqual([2, false])
    const { outcomes } = await replica.run({
      ...{ tenant: acme, tenancy: 'column', application: 'limits', signal: never },
      statements: [many(50), many(2)],
    })
    expect(outcomes.map(({ rows, complete }) => [rows.length, complete])).toEqual([
      [10, false],
      [2, true],
    ])
  })

  test('T5 a statement past its time is ended on the server, and its connection goes on', async () => {
    const events: ExchangeEvent[] = []
    const replica = await open({
      bounds: { statementTimeoutMilliseconds: 100 },
      observer: { exchanged: (event) => events.push(event) },
    })
    await expect(replica.ask(acme, 'select pg_sleep(60)')).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' })
    await runs(0)
    expect(await replica.rows(acme, 'select 1')).toEqual([['1']])
    expect(replica.statistics()).toMatchObject({ running: 0, connections: { total: 1, idle: 1 } })
    expect(events.map(({ outcome }) => outcome)).toEqual(['STATEMENT_TIMEOUT', 'answered'])
    expect(events[0]?.milliseconds).toBeGreaterThanOrEqual(100)
  })

  test('a statement that somebody cancels on the server is no timeout', async () => {
    const replica = await open()
    const asked = replica.ask(acme, 'select pg_sleep(60)')
    asked.catch(() => {})
    await runs(1)
    await query(
      cluster.standby.connection,
      `select pg_cancel_backend(pid) from pg_stat_activity where usename = $1 and state = 'active'`,
      [reader.user],
    )
    await expect(asked).rejects.toMatchObject({
      code: 'REPLICA_UNAVAILABLE',
      detail: expect.stringMatching('cancelled'),
    })
  })

  test('T8 a client that goes away cancels its statement on the server', async () => {
    const replica = await open()
    const leaving = new AbortController()
    const asked = replica.ask(acme, 'select pg_sleep(60)', { signal: leaving.signal, application: 'slow report' })
    asked.catch(() => {})
    await waitFor(async () => expect(await running()).toMatchObject([{ application_name: 'slow report' }]))
    leaving.abort(new Error('gone'))
    await expect(asked).rejects.toThrow('gone')
    await runs(0)
    // A cancellation that comes late must not meet the statement of another.
    expect(replica.statistics()).toMatchObject({ running: 0, connections: { total: 0 } })
    expect(await replica.rows(other, 'select 1')).toEqual([['1']])
  })

  test('T8 a client that goes away as it comes leaves no statement behind', async () => {
    const replica = await open({ fairness: { total: 8, perTenant: 8 } })
    for (let round = 0; round < 20; round++) {
      const leaving = new AbortController()
      const asked = replica.ask(acme, 'select pg_sleep(60)', { signal: leaving.signal })
      asked.catch(() => {})
      for (let turn = 0; turn < round % 5; turn++) await new Promise(setImmediate)
      leaving.abort()
      await expect(asked).rejects.toThrow('aborted')
      await runs(0)
    }
    expect(replica.statistics()).toMatchObject({ running: 0, queued: 0 })
  })

  test('T8 a tenant with fifty slow statements leaves a place that another finds at once', async () => {
    const replica = await open({ fairness: { total: 4, perTenant: 4, queuePerTenant: 100 } })
    const stopping = new AbortController()
    const loud = Array.from({ length: 50 }, () =>
      replica.ask(acme, 'select pg_sleep(60)', { signal: stopping.signal }).catch(() => 'stopped'),
    )
    await runs(3)
    expect(replica.statistics()).toMatchObject({ running: 3, queued: 47 })
    for (let round = 0; round < 5; round++) expect(await replica.rows(other, 'select 1')).toEqual([['1']])
    expect(replica.statistics()).toMatchObject({ running: 3, queued: 47 })
    stopping.abort()
    expect(await Promise.all(loud)).toEqual(Array(50).fill('stopped'))
    await runs(0)
    expect(replica.statistics()).toMatchObject({ running: 0, queued: 0 })
  })

  test('an error tells the reader nothing of the statement, of the server, or of a row', async () => {
    const replica = await open()
    const failing = [
      `select (tenant_id || ' is secret')::integer from public.item`,
      'select * from public.no_such_table_of_ours',
      `select 'unknown_word'::regclass`,
      'select 1/0',
      'selec',
      `select $1::text || pg_sleep('x')`,
    ]
    for (const text of failing) {
      const error = await replica.ask(acme, text).catch((error) => error)
      expect(error).toMatchObject({ code: 'INTERNAL', detail: 'the replica refused a statement' })
    }
    const { cause } = await replica.ask(acme, failing[0] ?? '').catch((error) => error)
    expect(`${cause.message} ${JSON.stringify(cause)} ${cause.stack}`).not.toContain('secret')
    expect(cause).toMatchObject({ code: '22P02' })
    expect(replica.statistics()).toMatchObject({ connections: { total: 1, idle: 1 } })
  })

  test.each(['select 2147483647 + n from public.item', `select '5874897-12-31'::date + n from public.item`])(
    'a figure outside its type is VALUE_REFUSED: %s',
    async (text) => {
      const replica = await open()
      await expect(replica.ask(acme, text)).rejects.toMatchObject({ code: 'VALUE_REFUSED' })
    },
  )

  test.each(['copy public.item to stdout', 'copy public.item from stdin', 'select 1; select 2', 'select \0 1'])(
    'what is no single question is refused: %j',
    async (text) => {
      const replica = await open()
      await expect(replica.ask(acme, text)).rejects.toMatchObject({ code: 'INTERNAL' })
      expect(await replica.rows(other, 'select 1')).toEqual([['1']])
      expect(replica.statistics()).toMatchObject({ running: 0 })
    },
  )

  test('after close nothing is reached', async () => {
    const replica: OpenReplica = await open()
    const last = replica.ask(acme, 'select 1 from pg_sleep(0.5)')
    await runs(1)
    await replica.close()
    expect((await last).outcomes[0]?.rows).toEqual([['1']])
    await expect(replica.ask(acme, 'select 1')).rejects.toMatchObject({ code: 'REPLICA_UNAVAILABLE' })
    expect(await query(cluster.standby.connection, `select 1 from pg_stat_activity where usename = 'reader'`)).toEqual(
      [],
    )
  })
})

import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFolding } from '../../test/fold/folding.ts'
import { makeSourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { apply } from '../replication/apply.ts'
import { bigint, decimal, enumOf, text, timestamp } from '../report/column.ts'
import { count, sum } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { MemoryStore } from '../store/memory/memory-store.ts'
import { createAllowlist } from '../tenancy/allowlist.ts'
import { createStoreEngine } from './engine.ts'

/** The host's own domain events, written in the transaction of what they tell of, and sent on from there. */
const events = source('outbox', {
  columns: {
    id: bigint(),
    tenantId: text(),
    kind: enumOf('booked', 'canceled'),
    amount: decimal({ scale: 2 }),
    happenedAt: timestamp(),
  },
  key: 'id',
  tenant: 'tenantId',
})
const bookings = report({
  name: 'bookings-by-day',
  permission: 'read',
  from: events,
  time: { column: events.happenedAt, grain: 'day' },
  period: lastDays(2),
  dimensions: { kind: events.kind },
  measures: { events: count(), amount: sum(events.amount) },
})

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false })
  })
  afterAll(() => cluster?.close())

  test('F1 R14 an outbox, into which rows are only inserted, is a source like any other', async () => {
    await using database = await makeSourceDatabase(cluster.primary)
    const { host } = database
    // Without a key, so that its updates would fail in a publication that has them.
    await host.query(`create table outbox (id bigint generated always as identity, tenant_id text not null, kind text not null,
      amount numeric(10,2) not null, happened_at timestamptz not null, payload jsonb, sent_at timestamptz)`)
    const write = (tenant: string, kind: string, amount: string, at: string) =>
      host.query(
        `insert into outbox (tenant_id, kind, amount, happened_at, payload) values ($1, $2, $3, $4, '{"a": "b"}')`,
        [tenant, kind, amount, at],
      )
    await write('a', 'booked', '10.50', '2026-05-01T10:00:00Z')
    await apply(database.settings, { sources: [{ source: events, isInsertOnly: true }] })
    const tenants = createAllowlist([{ id: 'a', timeZone: 'UTC' }])
    await tenants.start()
    const store = new MemoryStore()
    await using folding = startFolding(database, { store, reports: [bookings], tenants, insertOnly: [events] })
    await folding.ready(1)
    await write('a', 'booked', '4.25', '2026-05-01T23:59:59.999999Z')
    await write('a', 'canceled', '10.50', '2026-05-02T00:00:00Z')
    await write('b', 'booked', '99', '2026-05-02T00:00:00Z')
    await host.query('begin')
    await write('a', 'booked', '1000', '2026-05-02T00:00:00Z')
    await host.query('rollback')
    // What sends the events on marks them: no concern of a report.
    await host.query('update outbox set sent_at = now()')
    await folding.caughtUp()

    const engine = createStoreEngine({ store, allowlist: tenants, rowLimit: 100, labels: async () => ({}) })
    const now = Temporal.Instant.from('2026-05-02T12:00:00Z')
    const { signal } = new AbortController()
    const { rows } = await engine.read({ report: bookings, tenant: 'a', given: {}, attributes: {}, now, signal })
    const found = rows.filter((row) => row.events !== 0)
    expect(found).toEqual([
      { kind: 'booked', time: '2026-05-01', events: 2, amount: '14.75' },
      { kind: 'canceled', time: '2026-05-02', events: 1, amount: '10.50' },
    ])
    const identity = await host.query(`select relreplident from pg_class where relname = 'outbox'`)
    expect(identity.rows).toEqual([{ relreplident: 'd' }])
    expect(folding.events.filter(({ type }) => type === 'build-stopped' || type === 'restarted')).toHaveLength(1)
  })
})

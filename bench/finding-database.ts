import { randomBytes } from 'node:crypto'
import { type Cluster, type StandaloneServer, startCluster, startServer } from '../src/embedded/cluster.ts'
import type { Connection } from '../src/embedded/connection.ts'
import { createDatabase, query } from '../src/embedded/database.ts'
import { apply } from '../src/replication/apply.ts'
import { type Position, positionOfLsn } from '../src/replication/position.ts'
import type { AnySource } from '../src/report/source.ts'
import { PostgresStore } from '../src/store/postgres/postgres-store.ts'
import { connectionSettings } from './connection-settings.ts'

/** A reporting store in a database of its own, with whom to be for it. */
export interface FindingStore {
  readonly connection: Connection
  readonly store: PostgresStore
}

/** A primary with tables of findings, and a server of its own for reporting stores. */
export interface FindingDatabase extends AsyncDisposable {
  readonly cluster: Cluster
  readonly storeServer: StandaloneServer
  readonly source: Connection
  /** Who may only select, for reports that the replica answers. */
  readonly analytics: Connection
  readonly tenants: readonly string[]
  /** Makes a table with rows `1` to `rows`, within the last 60 days, a third of them resolved. */
  addTable(table: string, rows: number): Promise<void>
  /** Adds rows in transactions of 100, all of the last day and of few tenants. */
  insertRows(table: string, from: number, to: number): Promise<void>
  /** About so many random updates in transactions of 100: what is open is resolved, and what is resolved is open again. */
  updateRows(table: string, updates: number): Promise<void>
  /** So many updates in one transaction. */
  updateAtOnce(table: string, updates: number): Promise<void>
  /** What an operator does once, so that changes can be read. */
  prepare(sources: readonly AnySource[]): Promise<void>
  addStore(name: string): Promise<FindingStore>
  /** After everything that was committed by now. */
  position(): Promise<Position>
}

export interface FindingDatabaseOptions {
  readonly standby: boolean
  readonly tenants: number
}

const perTransaction = 100
const fewTenants = 4
/** Connections that write at once where there is much to write. */
const writers = 2

const settings = {
  // As the operations page advises where bases are large: a vacuum of the primary must not end the reading of one.
  hot_standby_feedback: 'on',
  shared_buffers: '256MB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  // Those who write for a measurement do not wait; what is measured says what it waits for by itself.
  synchronous_commit: 'off',
}

export async function findingDatabase(options: FindingDatabaseOptions): Promise<FindingDatabase> {
  const tenants = Array.from({ length: options.tenants }, (_, at) => `t${at}`)
  const cluster = await startCluster({ standby: options.standby, settings })
  const storeServer = await startServer({ settings: { shared_buffers: '256MB', max_wal_size: '8GB' } }).catch(
    async (error: unknown) => {
      await cluster.close()
      throw error
    },
  )
  const stores: PostgresStore[] = []
  const source = await createDatabase(cluster.primary, 'host')
  const analytics = { ...source, user: 'analytics', password: randomBytes(18).toString('hex') }
  await query(source, `create role analytics login password '${analytics.password}'`)
  const run = (text: string) => query(source, text)
  return {
    cluster,
    storeServer,
    source,
    analytics,
    tenants,
    async addTable(table, rows) {
      await run(
        `create table ${table} (id bigint not null, tenant_id text not null, asset_group text not null,
          severity text not null, cvss numeric(3,1), first_seen_at timestamptz not null, resolved_at timestamptz)`,
      )
      await run(`grant select on ${table} to analytics`)
      await run(`insert into ${table} ${rowsFrom(options.tenants, '60 days', true)(1, rows)}`)
      await run(`alter table ${table} add primary key (id)`)
      await run(`create index on ${table} (tenant_id)`)
      await run(`vacuum (freeze, analyze) ${table}`)
    },
    async insertRows(table, from, to) {
      const rows = rowsFrom(fewTenants, '1 day', false)
      const count = to - from + 1
      await inParts(count, async (first, some) => {
        const start = from + first
        await run(`do $$ begin for part in 0..${Math.ceil(some / perTransaction) - 1} loop
          insert into ${table} ${rows(
            `${start} + part * ${perTransaction}`,
            `least(${start} + (part + 1) * ${perTransaction}, ${start + some}) - 1`,
          )};
          commit; end loop; end $$`)
      })
    },
    async updateRows(table, updates) {
      const [found] = await query<{ rows: string }>(source, `select max(id) as rows from ${table}`)
      const rows = Number(found?.rows)
      // Nobody waits for a row of another's.
      const half = Math.floor(rows / writers)
      await inParts(updates, async (_, some, part) => {
        await run(`do $$ begin for part in 1..${Math.ceil(some / perTransaction)} loop
          update ${table} set
            resolved_at = case when resolved_at is null then now() - random() * interval '20 days' end
          where id = any (array(select ${part * half + 1} + floor(random() * ${half})::bigint
            from generate_series(1, ${perTransaction})));
          commit; end loop; end $$`)
      })
    },
    async updateAtOnce(table, updates) {
      await run(`update ${table} set cvss = (cvss + 1) % 10 where id <= ${updates}`)
    },
    async prepare(sources) {
      await apply(connectionSettings(source), { sources: sources.map((each) => ({ source: each })) })
    },
    async addStore(name) {
      const connection = await createDatabase(storeServer, name)
      const store = new PostgresStore({ connection: connectionSettings(connection) })
      stores.push(store)
      await store.migrate()
      return { connection, store }
    },
    async position() {
      const [row] = await query<{ lsn: string }>(source, 'select pg_current_wal_insert_lsn()::text as lsn')
      // The stream comes past it only with a transaction after it.
      await query(source, `select pg_logical_emit_message(true, 'bench', '')`)
      return positionOfLsn(row?.lsn ?? '')
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(stores.map((store) => store.close()))
      await Promise.all([cluster.close(), storeServer.close()])
    },
  }
}

/** Rows of findings as a query, over tenants and times that look like chance but are the same in each run. */
const rowsFrom =
  (tenants: number, within: string, isResolved: boolean) =>
  (from: number | string, to: number | string): string => {
    const hash = (factor: number, below: number) => `(hashint8(n * ${factor}) & 2147483647) % ${below}`
    const seen = `now() - interval '${within}' * (${hash(19, 1_000_000)} / 1000000.0)`
    const resolved = isResolved
      ? `case when ${hash(23, 3)} = 0 then ${seen} + interval '1 second' * (${hash(29, 500_000)}) end`
      : 'null'
    return `select n, 't' || ${hash(1, tenants)}, 'g' || ${hash(7, 5)},
      (array['critical','high','medium','low'])[1 + ${hash(13, 4)}], ${hash(17, 100)} / 10.0, ${seen}, ${resolved}
      from generate_series(${from}::bigint, ${to}) n`
  }

/** Work on so many rows by several writers at once. */
async function inParts(
  count: number,
  work: (first: number, some: number, part: number) => Promise<void>,
): Promise<void> {
  const each = Math.ceil(count / writers)
  await Promise.all(
    Array.from({ length: writers }, (_, part) => {
      const some = Math.min(each, count - part * each)
      return some > 0 ? work(part * each, some, part) : undefined
    }),
  )
}

import pg from 'pg'
import type { Server } from '../../src/embedded/cluster.ts'
import type { FoldOptions } from '../../src/fold/fold-options.ts'
import { apply } from '../../src/replication/apply.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import { type Allowlist, createAllowlist } from '../../src/tenancy/allowlist.ts'
import type { TenantInput } from '../../src/tenancy/tenant.ts'
import { type Folding, startFolding } from '../fold/folding.ts'
import { makeSourceDatabase, type SourceDatabase } from '../replication/source-database.ts'
import { seed } from '../seed.ts'
import { openPlace, type StorePlace } from '../store/store-place.ts'
import type { StoreServer } from '../store/store-servers.ts'
import { bookings, type CatalogName, catalogs, findings, visits } from './host-reports.ts'
import { fillText, firstTenants, hostTables } from './host-tables.ts'
import { HostWriter, type WriterOptions } from './host-writer.ts'
import { expectEqual } from './store-equals-primary.ts'
import type { WorkerInput } from './worker.ts'
import { WorkerProcess } from './worker-process.ts'

export const isLong = process.env.MILLRACE_LONG === '1'
/** The newest and, in a long run, the oldest PostgreSQL that is supported. */
export const versions = isLong ? ([18, 15] as const) : ([18] as const)

/** A host's database that is prepared and written to, and an empty reporting store on another server. */
export interface HostWorld extends AsyncDisposable {
  readonly source: SourceDatabase
  /** For statements on the primary that is there now. */
  readonly primary: Pick<pg.Pool, 'query'>
  readonly store: ReportStore
  readonly storePlace: StorePlace
  readonly writer: HostWriter
  /** The allowlist, read from the host's table of tenants. */
  allowlist(): Promise<Allowlist>
  /** A fold in this process. */
  folding(catalog: CatalogName, more?: Partial<FoldOptions>): Promise<Folding>
  /** A fold in a process of its own. */
  worker(catalog: CatalogName, more?: Partial<WorkerInput>): WorkerProcess
  /** Rows of the own tables of a store in PostgreSQL. */
  storeRows(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /**
   * Halts the host between two transactions, waits until the store has come that far, and compares every report of every tenant with
   * its SQL; then no write of the host may have failed. The host goes on.
   */
  expectEqual(catalog: CatalogName, but?: ReadonlySet<string>): Promise<void>
}

export interface WorldOptions {
  readonly cluster: { readonly primary: Pick<Server, 'connection' | 'running'> }
  readonly storeServer: StoreServer
  /** Rows of each table for each tenant. 300; 50 where the store is an emulator, which takes a thousand counters a second. */
  readonly rows?: number
  readonly writer?: Partial<WriterOptions>
}

export async function makeHostWorld({
  cluster,
  storeServer,
  rows = storeServer.kind === 'dynamodb' ? 50 : 300,
  writer = storeServer.kind === 'dynamodb' ? { paceMilliseconds: 40 } : {},
}: WorldOptions): Promise<HostWorld> {
  const source = await makeSourceDatabase(cluster.primary as Server)
  await source.host.query(hostTables)
  for (const tenant of firstTenants) await source.host.query('insert into tenant values ($1, $2)', [...tenant])
  await source.host.query(fillText(rows, seed))
  await apply(source.settings, { sources: [findings, bookings, visits].map((each) => ({ source: each })) })
  const storePlace = await storeServer.place()
  const store = openPlace(storePlace)
  const inspection = new pg.Pool({ ...(storePlace.kind === 'postgres' && storePlace.connection), max: 1 })
  inspection.on('error', () => {})
  const { password, ssl: _, ...settings } = source.settings
  const connection = { ...settings, password: password.reveal() }
  // It survives a server that goes away, as one connection would not.
  const primary = new pg.Pool({ ...connection, max: 1 })
  primary.on('error', () => {})
  const allowlists: Allowlist[] = []
  const workers: WorkerProcess[] = []
  const host = new HostWriter({ seed, connect: source.connect, ...writer })
  const tenants = async () =>
    (await primary.query<TenantInput>(`select id, time_zone as "timeZone" from tenant order by id`)).rows
  const allowlist = async () => {
    const list = createAllowlist(tenants, { refreshSeconds: 1, maxAgeSeconds: 3_600 })
    await list.start()
    allowlists.push(list)
    return list
  }
  return {
    source,
    primary,
    store,
    storePlace,
    writer: host,
    allowlist,
    folding: async (catalog, more = {}) =>
      startFolding(source, {
        store,
        reports: catalogs[catalog].map(({ report }) => report),
        tenants: await allowlist(),
        ...more,
      }),
    worker: (catalog, more = {}) => {
      const input = { source: connection, store: storePlace, fold: {} }
      const worker = new WorkerProcess({ ...input, catalog, ...more })
      workers.push(worker)
      return worker
    },
    storeRows: async (text, values = []) => (await inspection.query(text, [...values])).rows,
    expectEqual: async (catalog, but = new Set()) => {
      await host.pause()
      try {
        await expectEqual({ store, primary, asked: catalogs[catalog], but })
      } finally {
        host.resume()
      }
      if (host.errors.length > 0) throw new Error(`the host's writes failed, seed ${seed}: ${host.errors}`)
    },
    [Symbol.asyncDispose]: async () => {
      await host.stop()
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()))
      for (const list of allowlists) list.close()
      await primary
        .query(
          `select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database() and not active`,
        )
        .catch(() => {})
      await source[Symbol.asyncDispose]()
      await Promise.all([store.close(), inspection.end(), primary.end()])
    },
  }
}

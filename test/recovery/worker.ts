import pg from 'pg'
import { fold } from '../../src/fold/fold.ts'
import type { FoldOptions } from '../../src/fold/fold-options.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import type { TenantInput } from '../../src/tenancy/tenant.ts'
import { settingsOf } from '../replication/source-database.ts'
import { openPlace, type StorePlace } from '../store/store-place.ts'
import { eventLine } from './event-line.ts'
import { type CatalogName, catalogs } from './host-reports.ts'

/** What a worker's process is told. */
export interface WorkerInput {
  readonly source: Parameters<typeof settingsOf>[0]
  readonly snapshots?: Parameters<typeof settingsOf>[0]
  readonly store: StorePlace
  readonly catalog: CatalogName
  readonly fold: Partial<
    Pick<FoldOptions, 'memoryBytes' | 'spillFolder' | 'flushMilliseconds' | 'heartbeatMilliseconds' | 'pauseRatio'>
  >
}

/** A worker in a process of its own, which can be killed and frozen: what it does it tells line by line. */
const input = JSON.parse(process.env.MILLRACE_WORKER ?? '') as WorkerInput
const host = new pg.Pool({ ...input.source, max: 1 })
host.on('error', () => {})
const tenants = createAllowlist(
  async () => (await host.query<TenantInput>('select id, time_zone as "timeZone" from tenant order by id')).rows,
  { refreshSeconds: 1, maxAgeSeconds: 3_600 },
)
await tenants.start()
const ending = new AbortController()
process.on('SIGTERM', () => ending.abort())
const store = openPlace(input.store)
await fold({
  replication: settingsOf(input.source),
  ...(input.snapshots && { snapshots: settingsOf(input.snapshots) }),
  store,
  reports: catalogs[input.catalog].map(({ report }) => report),
  tenants,
  heartbeatMilliseconds: 500,
  idleMilliseconds: 50,
  ...input.fold,
  observe: (event) => process.stdout.write(eventLine(event)),
  signal: ending.signal,
})
tenants.close()
await store.close()
await host.end()

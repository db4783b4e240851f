import { once } from 'node:events'
import type { Connection } from '../../src/embedded/connection.ts'
import { flushMillisecondsOf } from '../../src/flush-interval.ts'
import { fold } from '../../src/fold/fold.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import type { TenantInput } from '../../src/tenancy/tenant.ts'
import { foldedReports } from './catalog.ts'
import { settingsOf } from './connections.ts'
import { openPlace, type StorePlace } from './store-place.ts'

/** What the process that folds is told, once there is something to fold. */
export interface FoldInput {
  readonly replication: Connection
  /** The standby, whose rows builds start from. */
  readonly snapshots: Connection
  readonly store: StorePlace
  readonly tenants: readonly TenantInput[]
  /** How many rollups there will be. */
  readonly wanted: number
}

/** `millrace fold`, but with settings that come from the process that has started the databases. It ends with that process. */
const ending = new AbortController()
process.on('disconnect', () => ending.abort())
if (!process.connected) process.exit(0)
const told: Promise<unknown[]> = once(process, 'message', { signal: ending.signal })
const [input] = (await told.catch(() => process.exit(0))) as [FoldInput]

const tenants = createAllowlist(input.tenants)
await tenants.start()
const store = await openPlace(input.store)
await fold({
  replication: settingsOf(input.replication),
  snapshots: settingsOf(input.snapshots),
  store,
  reports: foldedReports,
  flushMilliseconds: flushMillisecondsOf(input.store),
  tenants,
  // This machine has nothing else to do, however slow it is.
  pauseRatio: 0,
  baseMilliseconds: 3_600_000,
  // Nobody is told once the parent has gone.
  observe: (event) => process.send?.(event, () => {}),
  signal: ending.signal,
})
process.exit(0)

import { ChangeFeed } from './engines/change-feed.ts'
import { createRoutedEngine } from './engines/routed-engine.ts'
import { type Comparison, createShadow } from './engines/shadow.ts'
import { MillraceError } from './errors.ts'
import { flushMillisecondsOf } from './flush-interval.ts'
import type { QueryEngine } from './query/engine.ts'
import { createFairness, type FairnessOptions } from './query/fairness.ts'
import type { Replica } from './query/replica.ts'
import type { Catalog } from './report/catalog.ts'
import type { Freshness, ReportEngine } from './report/engine.ts'
import type { RotatingSecret } from './secret/rotation.ts'
import type { StoreTarget } from './secret/store-target.ts'
import type { Consumed } from './store/dynamodb/capacity.ts'
import type { Allowlist } from './tenancy/allowlist.ts'

export interface ServedStoreOptions {
  readonly secret: RotatingSecret
  readonly catalog: Catalog
  readonly allowlist: Allowlist
  readonly replica: Replica
  readonly query: QueryEngine
  readonly rowLimit: number
  /** Reads of the store that run at once, and that wait. */
  readonly fairness: FairnessOptions
  /** Told of each comparison of the two engines. */
  readonly compared?: (comparison: Comparison) => void
  /** Told what each request to DynamoDB took. */
  readonly consumed?: (consumed: Consumed) => void
  /** Milliseconds between two looks at what has changed: 50, or 1,000 of DynamoDB, where each has a price. */
  readonly pollMilliseconds?: number
}

/** Whoever reads waits for so long for a store that does not answer. */
const patienceMilliseconds = 5_000

/** The store that the secret names, and the engine that answers each report as the secret says. */
export interface ServedStore {
  readonly engine: ReportEngine
  readonly changes: ChangeFeed
  /** How current the store is now. Throws STORE_UNAVAILABLE. */
  freshness(): Promise<Freshness>
  close(): Promise<void>
}

/**
 * Undefined where the secret names no store. It is only read from: a role that may select is enough. Throws SECRET_INVALID where it
 * names reports that the catalog has not, or that cannot be folded; a store that cannot be reached yet is no reason to end.
 */
export async function openServedStore(options: ServedStoreOptions): Promise<ServedStore | undefined> {
  const { secret, catalog, allowlist, replica, query, rowLimit } = options
  const target = secret.current().store
  if (target === undefined) return undefined
  refuseUnknownReports(target, catalog)
  // Who names no store need not have what it takes.
  const [{ RotatingStore }, { createStoreEngine }, { storeFreshness }] = await Promise.all([
    import('./rotating-store.ts'),
    import('./fold/engine.ts'),
    import('./fold/store-freshness.ts'),
  ])
  const { consumed } = options
  const store = await RotatingStore.open(secret, { consumed, deadlineMilliseconds: patienceMilliseconds })
  const fairness = createFairness(options.fairness)
  const { labels } = query
  const freshnessAt = (position: string) => replica.freshnessAt(position)
  const counters = createStoreEngine({
    ...{ store, allowlist, rowLimit, labels, freshnessAt },
    acquire: (tenant, signal) => fairness.acquire(tenant, signal),
  })
  const changes = new ChangeFeed({
    store,
    freshnessOf: (progress) => storeFreshness(progress, Date.now(), freshnessAt),
    pollMilliseconds: options.pollMilliseconds ?? flushMillisecondsOf(target),
  })
  const position = async () => (await replica.freshness()).position
  const { compared = () => {} } = options
  const shadow = createShadow({ replica: query, store: counters, position, compared })
  return {
    engine: createRoutedEngine({ replica: query, store: counters, routes: target, shadow }),
    changes,
    freshness: () => counters.freshness(),
    async close() {
      shadow.close()
      changes.close()
      await store.close()
    },
  }
}

/** A report that is misspelt among those to be compared would be answered by what nobody has compared yet. Throws SECRET_INVALID. */
export function refuseUnknownReports({ reports, shadow }: StoreTarget, { reports: known }: Catalog): void {
  const problems = Object.entries({ reports, shadow }).flatMap(([member, names]) =>
    names === 'all'
      ? []
      : names.flatMap((name, at) => {
          const found = known.find((report) => report.name === name)
          if (found?.node === 'report') return []
          return `store.${member}.${at}: ${found === undefined ? 'is no report of the catalog' : 'is raw SQL, which runs on the replica'}`
        }),
  )
  if (problems.length > 0) throw new MillraceError('SECRET_INVALID', `analytics: ${problems.join('; ')}`)
}

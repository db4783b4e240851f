import type { Temporal } from 'temporal-polyfill'
import type { Audit } from './access/audit.ts'
import type { ViewerOf } from './access/viewer.ts'
import { type Config, catalogOf, configuredViewer, defineConfig } from './config.ts'
import { configuredTenants } from './configured-tenants.ts'
import { refuseOtherRegion } from './data-region.ts'
import type { Comparison } from './engines/shadow.ts'
import { MillraceError } from './errors.ts'
import type { Observe } from './http/attempt.ts'
import { createReports } from './http/read.ts'
import type { Reports } from './http/reports.ts'
import { createReplica } from './query/create-replica.ts'
import { createQueryEngine } from './query/engine.ts'
import type { Replica } from './query/replica.ts'
import type { ReplicaObserver } from './query/replica-observer.ts'
import type { Catalog } from './report/catalog.ts'
import { RotatingSecret } from './secret/rotation.ts'
import { openServedStore, type ServedStore } from './served-store.ts'
import type { Consumed } from './store/dynamodb/capacity.ts'
import type { Allowlist } from './tenancy/allowlist.ts'

export interface StartOptions {
  /** Told what an operator should know and no request is about: warnings of the target, tenants left out. */
  readonly warn?: (message: string, about: 'target' | 'tenants') => void
  /** Where each read leaves its line (T7). */
  readonly audit: Audit
  readonly now?: () => Temporal.Instant
  readonly observe?: Observe
  readonly observer?: ReplicaObserver
  /** Told of each answer of the replica that was compared with the store's. */
  readonly compared?: (comparison: Comparison) => void
  /** Told what each request to the reporting store took, where that is a table of DynamoDB. */
  readonly consumed?: (consumed: Consumed) => void
}

/** A running deployment: what `millrace serve` serves, and what a host mounts into its own server. */
export interface Millrace<C extends Catalog = Catalog> {
  readonly catalog: C
  readonly reports: Reports<C>
  readonly viewer: ViewerOf
  readonly tenants: Allowlist
  readonly replica: Replica
  /** Where the secret names a reporting store. */
  readonly store?: Pick<ServedStore, 'freshness'>
  close(): Promise<void>
}

type CatalogIn<C extends Config> = C['reports'] extends Catalog ? C['reports'] : Catalog

/**
 * Starts a deployment: reads the secret, proves the target, reads the allowlist.
 *
 * Throws CONFIG_INVALID, SECRET_MISSING, SECRET_INVALID, PACKAGE_MISSING, TARGET_REFUSED or TENANTS_UNAVAILABLE, and then nothing is left
 * open: boot ends with it, there is no fallback. A target that cannot be reached yet is no reason to end: reads answer
 * 503 until it is there, and it is proved before the first of them.
 */
export async function startMillrace<const C extends Config>(
  config: C,
  options: StartOptions,
): Promise<Millrace<CatalogIn<C>>> {
  const { warn = () => {}, audit, now, observe, observer, compared, consumed } = options
  const {
    limits = {},
    fold,
    analytics,
    dataRegions,
    tenants,
    tenantsRefreshSeconds,
    reports: reporting,
    viewer,
  } = defineConfig(config) as Config
  if (typeof reporting === 'string') {
    throw new MillraceError('CONFIG_INVALID', 'reports: a pattern of files is for the command line; give the catalog')
  }
  const catalog = catalogOf(reporting)
  const secret = await RotatingSecret.load(analytics)
  const { store } = secret.current()
  if (store !== undefined) refuseOtherRegion(store, dataRegions)
  const allowlist = configuredTenants({ tenants, tenantsRefreshSeconds }, () => secret.current(), {
    warn: (message) => warn(message, 'tenants'),
  })
  const { statementSeconds, rows: rowLimit = 10_000, running, runningPerTenant, queued, parallelWorkers } = limits
  const fairness = {
    total: running ?? 8,
    perTenant: runningPerTenant ?? 3,
    queue: queued ?? 100,
  }
  const replica = createReplica({
    secret,
    allowlist,
    rowLimit,
    fairness,
    bounds: {
      ...(statementSeconds === undefined ? {} : { statementTimeoutMilliseconds: statementSeconds * 1000 }),
      ...(parallelWorkers === undefined ? {} : { parallelWorkers }),
    },
    ...(observer === undefined ? {} : { observer }),
  })
  const query = createQueryEngine({ replica, allowlist, rowLimit })
  let served: ServedStore | undefined
  const close = async () => {
    allowlist.close()
    await Promise.all([replica.close(), served?.close()])
  }
  try {
    for (const warning of await proved(replica)) warn(warning, 'target')
    await allowlist.start()
    served = await openServedStore({
      ...{ secret, catalog, allowlist, replica, query, rowLimit, fairness },
      ...(compared === undefined ? {} : { compared }),
      ...(consumed === undefined ? {} : { consumed }),
      ...(fold?.flushMilliseconds === undefined ? {} : { pollMilliseconds: Math.max(20, fold.flushMilliseconds) }),
    })
  } catch (error) {
    await close()
    throw error
  }
  const reports = createReports({
    catalog,
    engine: served?.engine ?? query,
    ...(served === undefined ? {} : { changes: served.changes }),
    tenants: allowlist,
    audit,
    ...(now === undefined ? {} : { now }),
    ...(observe === undefined ? {} : { observe }),
  })
  return {
    catalog,
    reports,
    viewer: configuredViewer(viewer),
    tenants: allowlist,
    replica,
    store: served,
    close,
  } as never
}

async function proved(replica: Replica): Promise<readonly string[]> {
  try {
    return await replica.start()
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'REPLICA_UNAVAILABLE') throw error
    return [`the analytics target cannot be reached yet: ${error.detail}`]
  }
}

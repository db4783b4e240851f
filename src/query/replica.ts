import type { Freshness } from '../report/engine.ts'
import type { Position } from '../report/position.ts'
import type { RotatingSecret } from '../secret/rotation.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { ConnectionCounts } from './connections.ts'
import type { ExchangeStatement, Outcome } from './exchange.ts'
import type { FairnessCounts, FairnessOptions } from './fairness.ts'
import type { ReplicaObserver } from './replica-observer.ts'
import type { Bounds, Tenancy } from './scope.ts'

export interface ReplicaOptions {
  readonly secret: RotatingSecret
  readonly allowlist: Allowlist
  /** 8 places, 3 of them for one tenant, 100 in the queue. */
  readonly fairness?: Partial<FairnessOptions>
  /** 15,000 ms, no parallel workers. */
  readonly bounds?: Partial<Bounds>
  /** Rows of a statement that names no limit of its own. 10,000. */
  readonly rowLimit?: number
  /**
   * How long a server may take to let us in, or to answer beyond the time limit of a statement, before it counts as gone.
   * 3,000.
   */
  readonly connectTimeoutMilliseconds?: number
  /** Milliseconds between two questions to the primary, where the secret names one. 1,000. */
  readonly probeEveryMilliseconds?: number
  readonly observer?: ReplicaObserver
}

export interface ReplicaRequest {
  readonly tenant: string
  /** How the source of the statements is scoped. */
  readonly tenancy: Tenancy
  /** What the statements are called in `pg_stat_activity`. */
  readonly application: string
  readonly statements: readonly ExchangeStatement[]
  /** Aborted when nobody waits any more: the statement is then cancelled on the server. */
  readonly signal: AbortSignal
}

export interface ReplicaFreshness extends Freshness {
  /** Up to where of the source's log everything is there. Null: the target has no such order. */
  readonly position: Position | null
}

export interface ReplicaAnswer extends ReplicaFreshness {
  /** One for each statement, in their order. */
  readonly outcomes: readonly Outcome[]
  /** From sending to the last answer; queueing left out. */
  readonly milliseconds: number
}

export interface ReplicaStatistics extends FairnessCounts {
  readonly connections: ConnectionCounts
  /** As the latest exchange has found it; null where it cannot be told. */
  readonly lagSeconds: number | null
}

/**
 * The analytics target: tenant-scoped, bounded, and read-only, since there is nothing here to write with (law T5).
 */
export interface Replica {
  /**
   * Proves that the target is what the secret declares, and returns warnings for the log. TARGET_REFUSED should end the
   * boot. REPLICA_UNAVAILABLE need not: `run` proves an unproved target before it reads.
   */
  start(): Promise<readonly string[]>
  /**
   * Runs statements in one tenant's scope, in one round trip, in one read-only transaction.
   *
   * Throws TENANT_UNKNOWN or TENANTS_UNAVAILABLE (T2: asked before queueing and again with the connection in hand),
   * TOO_BUSY, REPLICA_UNAVAILABLE, STATEMENT_TIMEOUT, VALUE_REFUSED, INTERNAL, and the signal's reason.
   */
  run(request: ReplicaRequest): Promise<ReplicaAnswer>
  /** How current an answer would be now. Throws REPLICA_UNAVAILABLE. Calls at the same time share one answer. */
  freshness(): Promise<ReplicaFreshness>
  /** How current a position is by the primary's clock, where the secret names a primary; unknown otherwise. */
  freshnessAt(position: Position): Freshness
  /** Throws what `run` would throw for want of a target. */
  ready(): Promise<void>
  statistics(): ReplicaStatistics
  /** Refuses what comes later, and ends when what runs has ended. */
  close(): Promise<void>
}

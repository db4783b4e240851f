import type { ReportDefinition } from '../report/report.ts'
import type { AnySource } from '../report/source.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import type { ReportStore } from '../store/report-store.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { Observe } from './fold-event.ts'

export interface FoldOptions {
  /** The replication role, on the primary itself. */
  readonly replication: ConnectionSettings
  /** The standby that bases are read from; without one, snapshots that the primary exports. */
  readonly snapshots?: ConnectionSettings | undefined
  readonly store: ReportStore
  /** Those that are folded. */
  readonly reports: readonly ReportDefinition[]
  readonly tenants: Allowlist
  /** Tables into which rows are only ever inserted, such as an outbox. */
  readonly insertOnly?: readonly AnySource[]
  /** `main`. */
  readonly stream?: string
  /** At least so long from one batch to the next. 50. */
  readonly flushMilliseconds?: number
  /** At least so long from one batch to the next where that one moves the position and adds nothing. 1,000. */
  readonly idleMilliseconds?: number
  /** 5,000. */
  readonly heartbeatMilliseconds?: number
  /** Of additions that wait for the store, before they go to disk. 32 MiB. */
  readonly memoryBytes?: number
  /** The system's folder for temporary files. */
  readonly spillFolder?: string
  /** How long a replaced build is folded on, so that a deploy can go back. An hour. */
  readonly sweepAfterMilliseconds?: number
  /** How long one base may take, before it is tried with fewer tenants. Ten minutes. */
  readonly baseMilliseconds?: number
  /** The share of its time that the reading of a base rests. 0.1. */
  readonly pauseRatio?: number
  readonly observe?: Observe
  readonly signal?: AbortSignal
  /** Returns once everything is built, and folded that was committed before. */
  readonly once?: boolean
}

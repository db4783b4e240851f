import type { Temporal } from 'temporal-polyfill'
import type { AnyReport } from './catalog.ts'
import type { Instant } from './column.ts'
import type { Position } from './position.ts'
import type { Given } from './reading.ts'
import type { Row } from './write-row.ts'

/** One read, authorized: the viewer may read the report. */
export interface EngineRequest {
  readonly report: AnyReport
  /** T1: the tenant of the verified viewer. T2: the engine looks it up in the allowlist on every acquire. */
  readonly tenant: string
  readonly given: Given
  /** The viewer's attributes that `restrict` looks at. */
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly now: Temporal.Instant
  /** Aborted when nobody waits for the answer any more: the statement is then cancelled. */
  readonly signal: AbortSignal
  /** The answer holds everything up to this position, or is POSITION_NOT_REACHED after a bounded wait. */
  readonly includes?: Position
}

export type EngineName = 'replica' | 'store'

/** How current an answer is, from the source's commit order and never from the clock of whoever renders it. */
export interface Freshness {
  /** The answer holds everything that was committed by then. Null: nobody can tell yet. */
  readonly asOf: Instant | null
  readonly lagSeconds: number | null
}

export interface EngineAnswer extends Freshness {
  /** Which engine answered. */
  readonly engine: EngineName
  /** Everything up to it is in the answer. Null: the engine reads from what has no such order. */
  readonly position: Position | null
  /** The report's engine is the store, but its counters are not complete yet. */
  readonly building?: true
  /** Where it says so: how far they have come, 0 to 1. Null: nobody can tell. */
  readonly progress?: number | null
  readonly rows: readonly Row[]
  /** The zone whose days the rows are about. */
  readonly timeZone: string
  /** How long the statement took, queueing left out. */
  readonly milliseconds: number
}

export interface FilterOption {
  readonly value: string | number | boolean | null
  /** From the report's lookup, where the dimension has one. */
  readonly label?: string | null
}

/** What answers reports. Two engines give the same answer to the same report at the same position (law F1). */
export interface ReportEngine {
  readonly name: EngineName
  /** Where several engines stand behind this one: which of them a report is answered by. */
  engineOf?(report: AnyReport): EngineName
  read(request: EngineRequest): Promise<EngineAnswer>
  /** The values that a filter of the report may take for this tenant, sorted, at most `limit`; never another tenant's. */
  options(request: Omit<EngineRequest, 'given'>, filter: string, limit: number): Promise<readonly FilterOption[]>
  /** How current an answer would be now. Throws REPLICA_UNAVAILABLE or STORE_UNAVAILABLE where there would be none. */
  freshness(): Promise<Freshness>
  close(): Promise<void>
}

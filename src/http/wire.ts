/*
 * What the HTTP interface sends and takes, as types. They name what a client sees and nothing of how it comes about, so
 * that a client may import them.
 */
import type { ErrorCode } from '../errors.ts'
import type { ColumnKind, Instant } from '../report/column.ts'
import type { EngineName, FilterOption } from '../report/engine.ts'
import type { Position } from '../report/position.ts'
import type { AnswerColumn } from '../report/shape.ts'
import type { Row } from '../report/write-row.ts'

export type { EngineName, Position }

/** A report as a list shows it. Texts are in the reader's language, and fall back to the report's name. */
export interface ReportSummary<Name extends string = string> {
  readonly name: Name
  readonly title: string
  readonly description?: string
}

/** A column of the answer, its texts in the reader's language. */
export interface ColumnDescription extends Omit<AnswerColumn, 'label' | 'description' | 'values'> {
  readonly label: string
  readonly description?: string
  readonly values?: readonly ValueDescription[]
}

export interface ValueDescription {
  readonly value: string
  readonly label: string
}

/** What a reader gives: a parameter takes one value, a filter one or several. */
export interface ParameterDescription {
  readonly name: string
  readonly label: string
  readonly kind: ColumnKind
  readonly scale?: number
  readonly values?: readonly ValueDescription[]
  readonly required: boolean
}

/** A report as a page needs it before it is read. */
export interface ReportDescription<Name extends string = string> extends ReportSummary<Name> {
  readonly columns: readonly ColumnDescription[]
  readonly params: readonly ParameterDescription[]
  readonly filters: readonly ParameterDescription[]
  readonly engine: EngineName
  /** Seconds; an answer that is older says that it is stale. Null: none is ever called stale. */
  readonly freshWithin: number | null
}

export interface ReportAnswer<Name extends string = string, R = Row> {
  readonly report: Name
  /** The rows hold everything that was committed by then. Null: nobody can tell yet. */
  readonly asOf: Instant | null
  readonly lagSeconds: number | null
  /** Whether the lag is more than the report's `freshWithin`, or cannot be told where there is one. */
  readonly stale: boolean
  /** The zone whose days the rows are about. */
  readonly timeZone: string
  /** What answered. */
  readonly engine: EngineName
  /** The report is to be answered by the store, whose counters are not complete yet. */
  readonly building?: true
  /** While it says so: how far the report's counters have come, 0 to 1. Null: nobody can tell. */
  readonly progress?: number | null
  /** Everything that was committed up to it is in the rows. Null: what answered has no such order. */
  readonly position: Position | null
  readonly columns: readonly ColumnDescription[]
  readonly rows: readonly R[]
}

/** Where the store is, and how current that is. */
interface StorePosition {
  readonly position: Position
  readonly asOf: Instant | null
  readonly lagSeconds: number | null
}

/**
 * What `GET /reports/events` tells. `hello` comes first, and again where the store has begun anew: an answer of the store holds until
 * `changed` names its report, if its `position` is from `since` to `position`. `building`: how far the counters of a report have come.
 * `ready`: they are complete, and what another engine has answered in their stead is to be read anew. `at`: everything else is as it was.
 */
export type ReportEvent =
  | ({ readonly event: 'hello'; readonly since: Position } & StorePosition)
  | ({ readonly event: 'changed'; readonly report: string } & StorePosition)
  | ({ readonly event: 'building'; readonly report: string; readonly progress: number | null } & StorePosition)
  | ({ readonly event: 'ready'; readonly report: string } & StorePosition)
  | ({ readonly event: 'at' } & StorePosition)

export interface ReadRequest<Name extends string = string, Params = Readonly<Record<string, unknown>>> {
  readonly report: Name
  readonly params?: Params
}

/** One of several in the body of a request: with the entity tag of the answer that the client has, it is sent only if there is another. */
export interface ConditionalRequest extends ReadRequest {
  readonly etag?: string
}

/** How current an answer is now, where the client has all the rest. */
export type Moment = Pick<ReportAnswer, 'asOf' | 'lagSeconds' | 'position' | 'progress'>

/** A result as it is sent. */
export type SentResult =
  | { readonly report: string; readonly etag: string; readonly answer: ReportAnswer }
  | { readonly report: string; readonly etag: string; readonly unchanged: Moment }
  | { readonly report: string; readonly problem: Problem }

/** Of several reports read at once, each answers or fails by itself. */
export type ReadResult<Name extends string = string, R = Row> =
  | { readonly report: Name; readonly answer: ReportAnswer<Name, R> }
  | { readonly report: Name; readonly problem: Problem }

export interface FilterOptions<Name extends string = string> {
  readonly report: Name
  readonly filter: string
  readonly options: readonly FilterOption[]
  /** False where there are more values than are listed. */
  readonly complete: boolean
}

/** An error as RFC 9457 has it. `code` is what a program looks at; `title`, `detail` and `next` are for people. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly next: string
  readonly requestId: string
  /** Seconds after which trying again makes sense; also the header `Retry-After`. */
  readonly retryAfter?: number
  /** Of REPORT_BUILDING: how far the report's counters have come, 0 to 1; absent where nobody can tell. */
  readonly progress?: number
}

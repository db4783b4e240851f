import type { ColumnType } from '../../report/column.ts'

export interface ViewDimension {
  readonly name: string
  readonly type: ColumnType
}

export interface ViewMeasure {
  readonly name: string
  readonly aggregate: 'count' | 'sum' | 'avg'
  /** Where its number, or its sum, stands in a combination's part of the vector. */
  readonly offset: number
  /** Where the number of values stands, without which there is no sum; null of a count. */
  readonly countOffset: number | null
  /** The number is the figure times ten to this power. */
  readonly scale: number
  readonly unit: 'microseconds' | null
}

/** The counters of one time column; `rollup/view.ts` says what each member means. */
export interface ViewFlow {
  readonly time: string | null
  readonly prefix: string
  readonly byHour: boolean
  readonly keyed: readonly ViewDimension[]
  readonly packed: readonly ViewDimension[]
  readonly combinations: readonly (readonly (string | null)[])[]
  readonly width: number
  readonly rowsAt: number
  readonly refusedAt: number
  readonly measures: readonly ViewMeasure[]
}

/** How the counters of a report are shown as rows. */
export interface ReportView {
  readonly report: string
  /**
   * JSON: the `plan` of a build's definition, without `timeZone`. Builds of another plan, of a deploy that is coming or going, are
   * left out: their keys and vectors mean something else.
   */
  readonly plan: string
  readonly flows: readonly ViewFlow[]
}

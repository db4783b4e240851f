import type { ColumnType } from '../report/column.ts'
import { selected } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import { columnKey } from './fold-column.ts'
import { segment } from './key.ts'
import { combinationsOf } from './packing.ts'
import { type Flow, type FoldPlan, type PlannedMeasure, planOf, refusedAt, rowsAt } from './plan.ts'

/** A dimension as a reader of the counters sees it. */
export interface ViewDimension {
  readonly name: string
  readonly type: ColumnType
}

/** A measure whose numbers are part of a group's vector. */
export interface ViewMeasure {
  readonly name: string
  readonly aggregate: 'count' | 'sum' | 'avg'
  /** Where its number stands in a combination's part of the vector: of a sum or a mean, the sum. */
  readonly offset: number
  /** Of a sum or a mean: where the number of values stands, without which there is none. */
  readonly countOffset: number | null
  /** The number is the figure times ten to this power; of an elapsed time it is whole microseconds. */
  readonly scale: number
  readonly unit: 'microseconds' | null
}

/**
 * What the vectors of one time column hold, so that they can be shown as rows by plain SQL. A key is segments, each ended by
 * U+0001: the kind; the day, `YYYY-MM-DD` (`-` or `~` for a time before or after every year, empty where no days are kept);
 * where `byHour`, the hour: `p216` and 16 digits, microseconds since 1970, from 2001 to 2286 (see `orderedInteger`); then of each
 * keyed dimension `n` for null, else `v` and the value, or `r-` and `r+` for one without an exact figure.
 */
export interface ViewFlow {
  /** The property of the time column; null where the report looks at no time. */
  readonly time: string | null
  /** What the keys of its vectors begin with. */
  readonly prefix: string
  readonly byHour: boolean
  readonly keyed: readonly ViewDimension[]
  readonly packed: readonly ViewDimension[]
  /** The values of the packed dimensions by combination. The first number of a combination stands at its index times `width`. */
  readonly combinations: readonly (readonly (string | null)[])[]
  readonly width: number
  /** Where the number of rows stands; a group is there where it is above zero. */
  readonly rowsAt: number
  /** Where the number of rows stands that have a value without an exact figure: the group then has none either. */
  readonly refusedAt: number
  readonly measures: readonly ViewMeasure[]
}

/** A report's counters as rows: one for each time column that its measures fall into time by. */
export function viewOf(report: ReportDefinition): readonly ViewFlow[] {
  const plan = planOf(report, 'UTC')
  const names = dimensionNames(report, plan)
  const dimension = (index: number): ViewDimension => ({
    name: names[index] as string,
    type: plan.dimensions[index]?.type as ColumnType,
  })
  const isPacked = (index: number) => plan.packed.includes(index)
  const packed = plan.packed.map((index) => plan.dimensions[index] as FoldPlan['dimensions'][number])
  return plan.flows.map((flow, index) => ({
    time: propertyOf(report, flow),
    prefix: segment(`${index}c`),
    byHour: flow.byHour,
    keyed: [...names.keys()].filter((at) => !isPacked(at)).map(dimension),
    packed: plan.packed.map(dimension),
    combinations: combinationsOf(packed),
    width: flow.width,
    rowsAt,
    refusedAt,
    measures: flow.measures.flatMap(viewMeasure),
  }))
}

function viewMeasure({ name, aggregate, of, type, offset }: PlannedMeasure): ViewMeasure[] {
  if (offset === null || (aggregate !== 'count' && aggregate !== 'sum' && aggregate !== 'avg')) return []
  if (aggregate === 'count') return [{ name, aggregate, offset, countOffset: null, scale: 0, unit: null }]
  const isElapsed = typeof of === 'object' && of !== null && 'node' in of && of.node === 'elapsed'
  const scale = !isElapsed && type.kind === 'decimal' ? type.scale : 0
  return [{ name, aggregate, offset, countOffset: offset + 1, scale, unit: isElapsed ? 'microseconds' : null }]
}

/** The report's own names; of the columns that only filters and restrictions look at, theirs. */
function dimensionNames(report: ReportDefinition, { dimensions }: FoldPlan): string[] {
  const own = Object.keys(report.dimensions)
  const others = [...report.filters, ...Object.keys(report.restrict)]
  return dimensions.map((column, index) => {
    const nameOf = (name: string) => columnKey(selected(report, name)) === columnKey(column)
    return own[index] ?? (others.find(nameOf) as string)
  })
}

function propertyOf(report: ReportDefinition, { measures }: Flow): string | null {
  const [first] = measures
  const column = report.measures[first?.name as string]?.at ?? report.time?.column
  return column?.property ?? null
}

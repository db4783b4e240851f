import type { Draft, Labels } from './answer.ts'
import type { ColumnKind, ColumnType } from './column.ts'
import { compareText } from './compare-text.ts'
import { compareExact, type Exact, parseExact } from './decimal.ts'
import type { Reading } from './reading.ts'
import type { Direction } from './report.ts'
import { type MeasureValue, measureType } from './state.ts'

type Comparable = string | number | bigint | boolean | Exact | null
type SortKey = readonly [key: (draft: Draft) => Comparable, direction: Direction]

/**
 * The order of an answer's rows: the report's own keys, then time, then the dimensions, so that it never depends on the
 * engine. Nulls are last in both directions; text goes by bytes; an enum by its declaration, `other` last. A comparison
 * sorts by its first period; by time also where that has ended and another goes on.
 */
export function draftOrder(reading: Reading, labels: Labels): (a: Draft, b: Draft) => number {
  const { report } = reading
  const dimensions = Object.keys(report.dimensions)
  const hours = report.time?.grain === 'hour'
  const dimension = (at: number) => {
    const type = report.dimensions[dimensions[at] as string]?.type as ColumnType
    return (draft: Draft) => comparable(type, draft.dimensions[at] ?? null)
  }
  const times = reading.periods.map((_, p) => (draft: Draft) => {
    const bucket = draft.times[p] ?? null
    return bucket === null || !hours ? bucket : BigInt(bucket)
  })
  const keyOf = (name: string): ((draft: Draft) => Comparable) => {
    const at = dimensions.indexOf(name)
    if (at >= 0) return dimension(at)
    const labelled = dimensions.findIndex((each) => each in report.lookup && `${each}Label` === name)
    if (labelled >= 0) {
      const map = labels[dimensions[labelled] as string]
      return (draft) => {
        const value = draft.dimensions[labelled] ?? null
        return value === null ? null : (map?.get(value) ?? null)
      }
    }
    const measure = report.measures[name]
    if (measure === undefined) return (draft) => draft.derived[name]?.[0] ?? null
    const { kind } = measureType(measure)
    return (draft) => measured(kind, draft.measures[name]?.[0] ?? null)
  }
  const keys: SortKey[] = [
    ...Object.entries(report.order).flatMap(([name, direction]) =>
      (name === 'time' ? times : [keyOf(name)]).map((key): SortKey => [key, direction]),
    ),
    ...times.map((key): SortKey => [key, 'asc']),
    ...dimensions.map((_, at): SortKey => [dimension(at), 'asc']),
  ]
  return (a, b) => {
    for (const [key, direction] of keys) {
      const order = compare(key(a), key(b), direction)
      if (order !== 0) return order
    }
    return 0
  }
}

/** An instant of ISO 8601 without its Z: the fraction of a second, which is cut to the digits it takes, then sorts as text. */
function measured(kind: ColumnKind, value: MeasureValue): Comparable {
  return kind === 'timestamp' && typeof value === 'string' ? value.slice(0, -1) : value
}

function comparable(type: ColumnType, raw: string | null): Comparable {
  if (raw === null) return null
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'timestamp':
      return BigInt(raw)
    case 'decimal':
      return parseExact(raw)
    case 'real':
      return Number(raw)
    case 'enum': {
      const at = type.values.indexOf(raw)
      return at < 0 ? type.values.length : at
    }
    default:
      return raw
  }
}

function compare(a: Comparable, b: Comparable, direction: Direction): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order =
    typeof a === 'object'
      ? compareExact(a, b as Exact)
      : typeof a === 'string'
        ? compareText(a, b as string)
        : a < b
          ? -1
          : a > b
            ? 1
            : 0
  return direction === 'asc' ? order : -order
}

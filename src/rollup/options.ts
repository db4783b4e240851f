import { MillraceError } from '../errors.ts'
import type { ColumnType } from '../report/column.ts'
import { compareText } from '../report/compare-text.ts'
import type { Reading } from '../report/reading.ts'
import type { CellOf } from './cells.ts'
import { columnKey } from './fold-column.ts'
import type { FoldPart } from './fold-flow.ts'
import { compileTest, foldTest, isSameTest } from './holds.ts'
import { refusedAbove, refusedBelow, type Value } from './image.ts'
import { dimensionOf, segment, segmentsOf } from './key.ts'
import { type KeyRange, type ReadCounter, rangeUnder } from './key-range.ts'
import type { FoldPlan, PlannedOptions } from './plan.ts'
import { compileKey } from './tuple.ts'
import { compareNumbers, scaledNumber, type WholeNumber } from './whole-number.ts'

/** Adds a row to its value of a filter, beside the values of the columns that restrict who may see it. */
export function compileOptions({ column, restricted }: PlannedOptions, index: number, cellOf: CellOf): FoldPart {
  const keyOf = compileKey([column, ...restricted], cellOf)
  const prefix = segment(`o${index}`)
  let key = ''
  return {
    read() {
      key = keyOf()
    },
    add(counters, sign) {
      counters.add(counters.at(prefix, key), 0, sign)
    },
  }
}

/** The range whose counters `optionsOf` takes. */
export const optionsRange = (plan: FoldPlan, filter: string): KeyRange => rangeUnder(`o${indexOf(plan, filter)}`)

/**
 * The values that a filter may take, of all time, in their order, null last: at most `limit`, as `Group` has values. `tests` are
 * what holds for every row that the viewer may read (see `conditionsOf`). Throws VALUE_REFUSED where one of them has no exact
 * figure.
 */
export function optionsOf(
  plan: FoldPlan,
  filter: string,
  tests: Reading['tests'],
  counters: readonly ReadCounter[],
  limit: number,
): (string | null)[] {
  const { column, restricted } = plan.options[indexOf(plan, filter)] as PlannedOptions
  const restrictions = tests
    .map(foldTest)
    .filter((test) => !plan.where.some((own) => isSameTest(own, test)))
    .map((test) => ({
      at: restricted.findIndex((each) => columnKey(each) === columnKey(test.column)),
      holds: compileTest(test),
    }))
  const values = new Set<Value>()
  for (const { sort } of counters) {
    const [, value = 'n', ...others] = segmentsOf(sort)
    if (restrictions.every(({ at, holds }) => holds(dimensionOf(others[at] ?? 'n')))) values.add(dimensionOf(value))
  }
  const sorted = [...values].sort(comparison(column.type)).slice(0, limit)
  if (sorted.includes(refusedBelow) || sorted.includes(refusedAbove)) {
    throw new MillraceError(
      'VALUE_REFUSED',
      `filter "${filter}" meets NaN, an infinite value, or a day outside the years 1 to 9999`,
    )
  }
  return sorted as (string | null)[]
}

function indexOf(plan: FoldPlan, filter: string): number {
  const index = plan.options.findIndex((options) => options.filter === filter)
  if (index < 0) throw new MillraceError('INTERNAL', `the counters have no filter "${filter}"`)
  return index
}

/** Values by their type, after what is below all of them, before what is above, and null. */
function comparison(type: ColumnType): (a: Value, b: Value) => number {
  const rank = (value: Value) => (value === null ? 3 : value === refusedAbove ? 2 : value === refusedBelow ? 0 : 1)
  const compare = comparisonOfTexts(type)
  return (a, b) => rank(a) - rank(b) || (typeof a === 'string' && typeof b === 'string' ? compare(a, b) : 0)
}

function comparisonOfTexts(type: ColumnType): (a: string, b: string) => number {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'timestamp': {
      const numberOf = (text: string) => scaledNumber(text, type.kind === 'decimal' ? type.scale : 0) as WholeNumber
      return (a, b) => compareNumbers(numberOf(a), numberOf(b))
    }
    case 'real':
      return (a, b) => Number(a) - Number(b)
    case 'enum': {
      const placeOf = (value: string) => (type.values.includes(value) ? type.values.indexOf(value) : type.values.length)
      return (a, b) => placeOf(a) - placeOf(b)
    }
    default:
      return compareText
  }
}

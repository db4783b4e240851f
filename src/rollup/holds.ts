import type { ColumnType } from '../report/column.ts'
import { compareText } from '../report/compare-text.ts'
import { compareExact, parseExact } from '../report/decimal.ts'
import type { ResolvedTest } from '../report/resolve-where.ts'
import { columnValue, type Image, isRefused, refusedBelow, type Value } from './image.ts'
import { microsecondsOfInstant } from './zone.ts'

/** Whether a condition holds for a row: the same rule as the query engine's SQL. A refused value is in no list. */
export const holds = (test: ResolvedTest, image: Image): boolean => valueHolds(test, columnValue(test.column, image))

/** The same of a value that is known. */
export function valueHolds(test: ResolvedTest, value: Value): boolean {
  if (test.test === 'range') {
    if (value === null) return false
    if (isRefused(value)) return (value === refusedBelow ? test.atLeast : test.below) === undefined
    const { type } = test.column
    return (
      (test.atLeast === undefined || compare(type, value, test.atLeast) >= 0) &&
      (test.below === undefined || compare(type, value, test.below) < 0)
    )
  }
  if (value === null) return test.test === 'in' ? test.orNull : !test.norNull
  const listed = !isRefused(value) && test.values.some((given) => compare(test.column.type, value, given) === 0)
  return test.test === 'in' ? listed : !listed
}

/** A row's value against one that a report gives (see `canonical`). */
function compare(type: ColumnType, value: string, given: string): number {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
      return compareExact(parseExact(value), parseExact(given))
    case 'timestamp': {
      const difference = BigInt(value) - microsecondsOfInstant(given)
      return difference < 0n ? -1 : difference > 0n ? 1 : 0
    }
    case 'real':
      return Number(value) - Number(given)
    default:
      return compareText(value, given)
  }
}

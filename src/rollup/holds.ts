import { compareText } from '../report/compare-text.ts'
import type { ResolvedTest } from '../report/resolve-where.ts'
import { canonicalJson } from './canonical-json.ts'
import { type FoldColumn, foldColumn } from './fold-column.ts'
import { isRefused, refusedBelow, type Value } from './image.ts'
import { compareNumbers, scaledNumber, type WholeNumber } from './whole-number.ts'
import { microsecondsOfInstant } from './zone.ts'

/** A condition on one column (see ResolvedTest), as plain data. */
export type FoldTest =
  | { readonly column: FoldColumn; readonly test: 'in'; readonly values: readonly string[]; readonly orNull: boolean }
  | {
      readonly column: FoldColumn
      readonly test: 'notIn'
      readonly values: readonly string[]
      readonly norNull: boolean
    }
  | { readonly column: FoldColumn; readonly test: 'range'; readonly atLeast?: string; readonly below?: string }

export const foldTest = (test: ResolvedTest): FoldTest => ({ ...test, column: foldColumn(test.column) })

/** Whether two tests are the same test of the same column. */
export const isSameTest = (a: FoldTest, b: FoldTest): boolean => canonicalJson(a) === canonicalJson(b)

/** Whether a condition holds of a value: the same rule as the query engine's SQL. A refused value is in no list. */
export function compileTest(test: FoldTest): (value: Value) => boolean {
  if (test.test === 'range') return rangeTest(test)
  const listed = new Set(test.values.map((given) => listedText(test.column, given)))
  if (test.test === 'in') {
    const { orNull } = test
    return (value) => (value === null ? orNull : !isRefused(value) && listed.has(value))
  }
  const { norNull } = test
  return (value) => (value === null ? !norNull : isRefused(value) || !listed.has(value))
}

/** A value that a report gives (see `canonical`), as the value of a row has it. */
function listedText({ type }: FoldColumn, given: string): string {
  return type.kind === 'timestamp' ? microsecondsOfInstant(given).toString() : given
}

function rangeTest({ column, atLeast, below }: Extract<FoldTest, { test: 'range' }>): (value: Value) => boolean {
  const isAtLeast = atLeast === undefined ? undefined : comparedTo(column, atLeast)
  const isBelow = below === undefined ? undefined : comparedTo(column, below)
  return (value) => {
    if (value === null) return false
    if (isRefused(value)) return (value === refusedBelow ? isAtLeast : isBelow) === undefined
    return (isAtLeast === undefined || isAtLeast(value) >= 0) && (isBelow === undefined || isBelow(value) < 0)
  }
}

function comparedTo({ type }: FoldColumn, given: string): (value: string) => number {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'timestamp': {
      const scale = type.kind === 'decimal' ? type.scale : 0
      const bound =
        type.kind === 'timestamp' ? microsecondsOfInstant(given) : (scaledNumber(given, scale) as WholeNumber)
      return (value) => compareNumbers(scaledNumber(value, scale) as WholeNumber, bound)
    }
    case 'real': {
      const bound = Number(given)
      return (value) => Number(value) - bound
    }
    default:
      return (value) => compareText(value, given)
  }
}

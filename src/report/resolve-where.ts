import type { Column } from './column.ts'
import type { Test } from './predicate.ts'
import { canonical } from './value.ts'

/** A condition on one column, with its values as canonical text. */
export type ResolvedTest =
  /** One of the values; or null, where `orNull`. */
  | { readonly column: Column; readonly test: 'in'; readonly values: readonly string[]; readonly orNull: boolean }
  /** None of the values; and not null, where `norNull`. */
  | { readonly column: Column; readonly test: 'notIn'; readonly values: readonly string[]; readonly norNull: boolean }
  /** At least one value and below another. Null is in no range. */
  | { readonly column: Column; readonly test: 'range'; readonly atLeast?: string; readonly below?: string }

/** A definition's conditions as tests. Throws a RangeError for a value that the column's type does not take. */
export function resolveWhere(
  columns: Readonly<Record<string, Column>>,
  where: Readonly<Record<string, unknown>>,
): readonly ResolvedTest[] {
  return Object.entries(where)
    .filter(([, condition]) => condition !== undefined)
    .map(([property, condition]) => resolveCondition(columns[property] as Column, condition))
}

function resolveCondition(column: Column, condition: unknown): ResolvedTest {
  const split = (values: readonly unknown[]) => ({
    values: values.filter((value) => value !== null).map((value) => canonical(column.type, value)),
    null: values.includes(null),
  })
  if (!isTest(condition)) {
    const { values, null: orNull } = split(Array.isArray(condition) ? condition : [condition])
    return { column, test: 'in', values, orNull }
  }
  if (condition.test === 'not') {
    const { values, null: norNull } = split(condition.values ?? [])
    return { column, test: 'notIn', values, norNull }
  }
  return {
    column,
    test: 'range',
    ...(condition.atLeast === undefined ? {} : { atLeast: canonical(column.type, condition.atLeast) }),
    ...(condition.below === undefined ? {} : { below: canonical(column.type, condition.below) }),
  }
}

export const isTest = (condition: unknown): condition is Test =>
  typeof condition === 'object' && condition !== null && !Array.isArray(condition) && 'test' in condition

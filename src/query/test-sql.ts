import type { ResolvedTest } from '../report/resolve-where.ts'
import { columnSql, valueSql } from './expression-sql.ts'
import type { Parameters } from './statement.ts'

/**
 * A condition as SQL that is true for exactly the rows that hold. Values compare with the bare column, so that an index
 * serves; only `other`, which no column holds, compares with the enum as it is read.
 */
export function testSql(test: ResolvedTest, parameters: Parameters): string {
  const name = columnSql(test.column)
  if (test.test === 'range') {
    const bounded = test.column.type.kind === 'text' ? valueSql(test.column, parameters) : comparedSql(test, parameters)
    const bounds = [
      ...(test.atLeast === undefined ? [] : [`${bounded} >= ${parameters.add(test.atLeast)}`]),
      ...(test.below === undefined ? [] : [`${bounded} < ${parameters.add(test.below)}`]),
    ]
    return bounds.length === 0 ? `${name} is not null` : `(${bounds.join(' and ')})`
  }
  const compared = comparedSql(test, parameters)
  if (test.test === 'in') {
    const isOne = test.values.length === 0 ? 'false' : `${compared} = any(${parameters.add(test.values)})`
    return test.orNull ? `(${isOne} or ${name} is null)` : isOne
  }
  const isNone = test.values.length === 0 ? 'true' : `${compared} <> all(${parameters.add(test.values)})`
  return test.norNull ? `(${name} is not null and ${isNone})` : `(${name} is null or ${isNone})`
}

function comparedSql(test: ResolvedTest, parameters: Parameters): string {
  const { column } = test
  const asRead =
    column.type.kind === 'decimal' ||
    column.type.kind === 'timestamp' ||
    (column.type.kind === 'enum' && test.test !== 'range' && test.values.includes('other'))
  return asRead ? valueSql(column, parameters) : columnSql(column)
}

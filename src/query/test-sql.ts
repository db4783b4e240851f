import type { Column } from '../report/column.ts'
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
    const compared = comparedSql(test, parameters)
    const bounds = [
      ...(test.atLeast === undefined ? [] : [`${compared} >= ${parameters.add(test.atLeast)}${castSql(test.column)}`]),
      ...(test.below === undefined ? [] : [`${compared} < ${parameters.add(test.below)}${castSql(test.column)}`]),
    ]
    return bounds.length === 0 ? `${name} is not null` : `(${bounds.join(' and ')})`
  }
  if (test.values.length === 0) {
    if (test.test === 'in') return test.orNull ? `${name} is null` : 'false'
    return test.norNull ? `${name} is not null` : 'true'
  }
  const cast = castSql(test.column)
  const compared = comparedSql(test, parameters)
  const list = `(${parameters.add(test.values)}${cast === '' ? '' : `${cast}[]`})`
  if (test.test === 'in')
    return test.orNull ? `(${compared} = any${list} or ${name} is null)` : `${compared} = any${list}`
  const isNone = `${compared} <> all${list}`
  return test.norNull ? `(${name} is not null and ${isNone})` : `(${name} is null or ${isNone})`
}

/** What the values are compared with. It may add parameters of its own, and the server refuses those that no text names. */
function comparedSql(test: ResolvedTest, parameters: Parameters): string {
  const { column } = test
  switch (column.type.kind) {
    case 'decimal':
    case 'timestamp':
    case 'real':
      return valueSql(column, parameters)
    case 'text':
      // As text even where the column is `citext` or `char`; as the column's own collation has it where it is an index's.
      return test.test === 'range' ? valueSql(column, parameters) : `${columnSql(column)}::text`
    case 'enum':
      return test.test !== 'range' && test.values.includes('other') ? valueSql(column, parameters) : columnSql(column)
    default:
      return columnSql(column)
  }
}

/** Whole numbers are compared as 64 bits, whatever the column has room for: an index on fewer serves all the same. */
const castSql = ({ type }: Column): string => (type.kind === 'integer' || type.kind === 'bigint' ? '::bigint' : '')

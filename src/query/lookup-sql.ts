import type { Column } from '../report/column.ts'
import type { Lookup } from '../report/lookup.ts'
import { type Reading, selected } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import { rawText } from './aggregate-sql.ts'
import { valueSql } from './expression-sql.ts'
import { sortKeySql } from './order-sql.ts'
import { relation, tenantPredicate } from './relation-sql.ts'
import { Parameters, quoteIdentifier, type Statement } from './statement.ts'
import { testSql } from './test-sql.ts'

/** The labels of some values of a dimension: the value's text, then its label. */
export function compileLookup({ source, key, label }: Lookup, tenant: string, values: readonly string[]): Statement {
  const parameters = new Parameters()
  const name = (column: Column) => `t.${quoteIdentifier(column.column)}`
  const rows = [
    ...tenantPredicate(source, 't', tenant, parameters),
    testSql({ column: key, test: 'in', values, orNull: false }, parameters),
  ]
  return {
    text: `select ${rawText(key.type, valueSql(key, parameters))}, ${name(label)}::text\nfrom ${relation(source)} t where ${rows.join(' and ')}`,
    values: parameters.values,
  }
}

/** The values that a filter may take for a tenant: those that occur in the report's rows, of all time. */
export function compileOptions(
  report: ReportDefinition,
  filter: string,
  tests: Reading['tests'],
  tenant: string,
  limit: number,
): Statement {
  const parameters = new Parameters()
  const column = selected(report, filter)
  const rows = [
    ...tenantPredicate(report.from, 't', tenant, parameters),
    ...tests.map((test) => testSql(test, parameters)),
  ]
  const where = rows.length === 0 ? '' : ` where ${rows.join(' and ')}`
  return {
    text: [
      `select ${rawText(column.type, 'v')} from (`,
      `  select distinct ${valueSql(column, parameters)} as v from ${relation(report.from)} t${where}`,
      `) r order by ${sortKeySql(column.type, 'v', parameters)} nulls last limit ${parameters.add(String(limit))}::bigint`,
    ].join('\n'),
    values: parameters.values,
  }
}

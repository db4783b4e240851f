import type { ColumnDefinition, ValueOf } from './column.ts'
import type { Refuse } from './refusal.ts'
import type { ReportHeader } from './report.ts'
import type { Flatten } from './row.ts'
import type { AnySource, Columns } from './source.ts'
import { isSource, isSql, type Placeholder, type Sql } from './sql.ts'
import { validateSqlHeader, validateStatement } from './validate-sql-report.ts'

/** A report in raw SQL as data: it always runs on the replica. */
export interface SqlReportDefinition<Name extends string = string, T extends { params: unknown; row: unknown } = any>
  extends ReportHeader<Name, T> {
  readonly node: 'sqlReport'
  readonly params: Columns
  readonly row: Columns
  /** Parameter → the viewer's attribute that fills it with a list of texts; without the attribute, an empty one. */
  readonly restrict: Readonly<Record<string, string>>
  readonly sql: Sql
  /** The sources that the statement reads. */
  readonly sources: readonly AnySource[]
}

type Values<C extends Columns> = { [K in keyof C]: C[K] extends ColumnDefinition ? ValueOf<C[K]> : never }

export interface SqlReportInput<Name extends string, P extends Columns, R extends Columns, Restricted extends string>
  extends Omit<ReportHeader<Name>, symbol> {
  /** What the reader gives. */
  readonly params?: P
  /** The columns of the answer, checked against the statement's own. */
  readonly row: R
  readonly restrict?: { readonly [K in Restricted]: string }
  /** Called once, when the report is declared, with a placeholder for each parameter. */
  readonly sql: (given: { readonly [K in (keyof P & string) | Restricted]: Placeholder }) => Sql
}

/**
 * Declares a report in raw SQL, for what the language does not say. A table is named only as `${source}`, so that the
 * tenant's scope is in the statement without anybody writing it.
 */
export function sqlReport<
  const Name extends string,
  const R extends Columns,
  const P extends Columns = {},
  const Restricted extends string = never,
>(
  input: SqlReportInput<Name, P, R, Restricted>,
): SqlReportDefinition<Name, { params: Flatten<Values<P>>; row: Flatten<Values<R>> }> {
  const declared = { ...input, params: input.params ?? {}, restrict: input.restrict ?? {} }
  const refuse: Refuse = validateSqlHeader(declared)
  const names = [...Object.keys(declared.params), ...Object.keys(declared.restrict)]
  const given = Object.fromEntries(names.map((name) => [name, Object.freeze({ node: 'placeholder', name })]))
  const sql = input.sql(given as never)
  if (!isSql(sql)) refuse('sql', 'expected a function that returns sql`…`')
  validateStatement(sql, names, refuse)
  const sources = [...new Set(sql.holes.filter(isSource))]
  return Object.freeze({ ...declared, node: 'sqlReport', sql, sources }) as never
}

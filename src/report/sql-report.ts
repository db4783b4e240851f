import { MillraceError } from '../errors.ts'
import type { ColumnDefinition, ValueOf } from './column.ts'
import { assertName } from './name.ts'
import type { ReportHeader } from './report.ts'
import type { Flatten } from './row.ts'
import type { AnySource, Columns } from './source.ts'
import { isPlaceholder, isSource, type Placeholder, type Sql } from './sql.ts'

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
  const { name, params = {}, row, restrict = {} } = input
  assertName('report', name)
  const refuse = (what: string): never => {
    throw new MillraceError('REPORT_INVALID', `report "${name}": ${what}`)
  }
  if (Object.keys(row).length === 0) refuse('`row` names no column')
  const names = [...Object.keys(params), ...Object.keys(restrict)]
  if (new Set(names).size < names.length) refuse('a name stands both in `params` and in `restrict`')
  const given = Object.fromEntries(names.map((each) => [each, Object.freeze({ node: 'placeholder', name: each })]))
  const sql = input.sql(given as never)
  const used = new Set(sql.holes.filter(isPlaceholder).map((hole) => hole.name))
  const unused = names.find((each) => !used.has(each))
  if (unused !== undefined)
    refuse(`the statement does not use ${unused in restrict ? 'the restriction' : 'the parameter'} "${unused}"`)
  const sources = [...new Set(sql.holes.filter(isSource))]
  if (sources.length === 0) refuse('the statement reads no source: a table is named by a hole that holds it')
  return Object.freeze({ ...input, params, restrict, node: 'sqlReport', sql, sources }) as never
}

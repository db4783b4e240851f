import { memberFault } from './name.ts'
import type { Refuse } from './refusal.ts'
import type { ReportHeader } from './report.ts'
import { type Columns, definition } from './source.ts'
import { isPlaceholder, isSource, type Sql } from './sql.ts'
import { validateColumn } from './validate-column.ts'
import { validateHeader } from './validate-header.ts'

interface Declared extends ReportHeader {
  readonly params: Columns
  readonly row: Columns
  readonly restrict: Readonly<Record<string, string>>
}

/** What a raw report says of itself, before its statement is asked for. Throws REPORT_INVALID. */
export function validateSqlHeader(report: Declared): Refuse {
  const refuse = validateHeader(report, ['params', 'row', 'restrict', 'sql'])
  const { params, row, restrict } = report
  if (Object.keys(row ?? {}).length === 0) refuse('row', 'names no column')
  for (const [name, column] of Object.entries(row)) validateColumn(`row.${name}`, name, column, refuse)
  for (const [name, column] of Object.entries(params)) {
    validateColumn(`params.${name}`, name, column, refuse)
    if (column.type.kind === 'timestamp' && column.type.timeZone !== undefined) {
      refuse(`params.${name}`, 'a reader gives instants: declare timestamp() without a zone')
    }
  }
  for (const [name, attribute] of Object.entries(restrict)) {
    const fault = memberFault(name)
    if (fault !== undefined) refuse(`restrict.${name}`, fault)
    if (Object.hasOwn(params, name)) refuse(`restrict.${name}`, 'the name also stands in `params`')
    if (typeof attribute !== 'string' || attribute === '') {
      refuse(`restrict.${name}`, "expected the name of the viewer's attribute that lists what is allowed")
    }
  }
  return refuse
}

/** The statement uses everything that it is given, and reads nothing but sources. */
export function validateStatement({ holes }: Sql, names: readonly string[], refuse: Refuse): void {
  const used = new Set(holes.filter(isPlaceholder).map(({ name }) => name))
  const unused = names.find((name) => !used.has(name))
  if (unused !== undefined) refuse('sql', `the statement does not use "${unused}"`)
  const foreign = [...used].find((name) => !names.includes(name))
  if (foreign !== undefined) refuse('sql', `"${foreign}" is a parameter of another report`)
  const sources = [...new Set(holes.filter(isSource))]
  if (sources.length === 0) refuse('sql', 'the statement reads no source: a table is named by a hole that holds it')
  const tables = sources.map((source) => source[definition].table.split('.').at(-1) as string)
  const twice = tables.find((table, at) => tables.indexOf(table) < at)
  if (twice !== undefined) refuse('sql', `two of its sources would have the name "${twice}" in the statement`)
}

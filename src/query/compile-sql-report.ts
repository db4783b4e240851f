import { MillraceError } from '../errors.ts'
import type { Column, ColumnDefinition } from '../report/column.ts'
import { type Given, parameter } from '../report/reading.ts'
import { type AnySource, definition } from '../report/source.ts'
import { isSource } from '../report/sql.ts'
import type { SqlReportDefinition } from '../report/sql-report.ts'
import { rawText } from './aggregate-sql.ts'
import { relation, tenantPredicate } from './relation-sql.ts'
import { Parameters, quoteIdentifier, type Statement } from './statement.ts'

/** How a source stands in the statement: as its rows of one tenant; or, for a check, as a thing that reads no table. */
type Standing = (source: AnySource, parameters: Parameters) => string
/** How a parameter stands in it: as its value; or, for a check, as what nobody knows before the statement runs. */
type ParameterStanding = (name: string, type: string) => string

/**
 * A raw report as one statement. Each source becomes a common table expression under the name of its table: so the
 * tenant's predicate comes with the source, a second source may be joined, and even a table named without its hole is
 * the scoped one. Every declared column is given as text, in the order of `row`.
 */
export function compileSqlReport(report: SqlReportDefinition, tenant: string, given: ParameterTexts): Statement {
  const parameters = new Parameters()
  const columns = Object.entries(report.row).map(
    ([name, column]) => `${asText(column, name, parameters)} as ${quoteIdentifier(name)}`,
  )
  const statement = body(report, valuesOf(given, parameters), parameters, rowsOf(tenant))
  return { text: statement(columns.join(', ')), values: parameters.values }
}

/** The columns that the statement itself has, under their own types, and no row. */
export function compileUnwrapped(report: SqlReportDefinition, tenant: string, given: ParameterTexts): Statement {
  const parameters = new Parameters()
  const statement = body(report, valuesOf(given, parameters), parameters, rowsOf(tenant))
  return { text: `${statement('*')} limit 0`, values: parameters.values }
}

/**
 * The same statement over sources that read no table. Whatever relation its plan still touches was named without a hole,
 * and so without the tenant's scope.
 *
 * What the planner could work out by itself it would leave out of the plan, with the relations behind it: a join on a
 * column that is always null, a branch that a parameter's value closes. So no column is a constant, and each parameter
 * is a setting, which only the executor looks at.
 */
export function compileWithoutSources(report: SqlReportDefinition): Statement {
  const parameters = new Parameters()
  const standing: Standing = (source) => {
    const columns = Object.values(source[definition].columns)
    const unknown = columns.map((column) => `(array[null::${sqlType(column)}])[n] as ${quoteIdentifier(column.column)}`)
    return `select ${unknown.join(', ')} from generate_series(1, 1000) n`
  }
  const statement = body(report, (_, type) => `${unknownSetting}::${type}`, parameters, standing)
  return { text: statement('*'), values: parameters.values }
}

const unknownSetting = "pg_catalog.current_setting('millrace.parameter', true)"

/** A parameter's or restriction's value, as canonical text. */
export type ParameterTexts = Readonly<Record<string, string | readonly string[] | null>>

/** What the reader gives and the viewer's attributes allow. Throws PARAMETER_INVALID. */
export function parameterTexts(
  report: SqlReportDefinition,
  given: Given,
  attributes: Readonly<Record<string, readonly string[]>>,
): ParameterTexts {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(report.params, name))
  if (unknown !== undefined) {
    const names = Object.keys(report.params).join(', ') || 'none'
    throw new MillraceError('PARAMETER_INVALID', `report "${report.name}" has no such parameter; it takes ${names}`)
  }
  const params = Object.entries(report.params).map(([name, column]) => {
    const value = given[name]
    if (value === undefined || value === null) {
      if (column.nullable) return [name, null]
      throw new MillraceError('PARAMETER_INVALID', `"${name}" is missing`)
    }
    return [name, parameter(column, value, name)]
  })
  const restricted = Object.entries(report.restrict).map(([name, attribute]) => [
    name,
    Object.hasOwn(attributes, attribute) ? attributes[attribute] : [],
  ])
  return Object.fromEntries([...params, ...restricted])
}

const rowsOf =
  (tenant: string): Standing =>
  (source, parameters) => {
    const scoped = tenantPredicate(source, 't', tenant, parameters)
    return `select ${columnList(source)} from ${relation(source)} t${scoped.length === 0 ? '' : ` where ${scoped.join(' and ')}`}`
  }

const valuesOf =
  (given: ParameterTexts, parameters: Parameters): ParameterStanding =>
  (name, type) =>
    `${parameters.add(given[name] ?? null)}::${type}`

function body(
  { sql, sources, params }: SqlReportDefinition,
  parameter: ParameterStanding,
  parameters: Parameters,
  standing: Standing,
): (columns: string) => string {
  const withs = sources.map((source) => `${cteName(source)} as not materialized (${standing(source, parameters)})`)
  const text = sql.text.reduce((text, part, index) => {
    const hole = sql.holes[index - 1]
    if (hole === undefined) return text + part
    if (isSource(hole)) return text + cteName(hole) + part
    const column = params[hole.name]
    const type = column === undefined ? 'text[]' : sqlType(column)
    return `${text}${parameter(hole.name, type)}${part}`
  })
  return (columns) => `with ${withs.join(',\n')}\nselect ${columns} from (\n${text}\n) report`
}

/** A source's name inside the statement: its table's, without the schema. */
const cteName = (source: AnySource): string => quoteIdentifier(source[definition].table.split('.').at(-1) as string)

function columnList(source: AnySource): string {
  return Object.values(source[definition].columns)
    .map((column: Column) =>
      column.type.kind === 'enum'
        ? `t.${quoteIdentifier(column.column)}::text as ${quoteIdentifier(column.column)}`
        : `t.${quoteIdentifier(column.column)}`,
    )
    .join(', ')
}

function asText(column: ColumnDefinition, name: string, parameters: Parameters): string {
  const value = `report.${quoteIdentifier(sqlName(column, name))}`
  if (column.type.kind !== 'timestamp' || column.type.timeZone === undefined) return rawText(column.type, value)
  return rawText(column.type, `${value} at time zone ${parameters.add(column.type.timeZone)}`)
}

/** The name that the statement must give a column of the row. */
export const sqlName = (column: ColumnDefinition, name: string): string =>
  column.column ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function sqlType({ type }: ColumnDefinition): string {
  switch (type.kind) {
    case 'decimal':
      return 'numeric'
    case 'timestamp':
      return type.timeZone === undefined ? 'timestamptz' : 'timestamp'
    case 'enum':
      return 'text'
    case 'real':
      return 'float8'
    default:
      return type.kind
  }
}

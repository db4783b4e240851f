import { MillraceError } from '../errors.ts'
import type { ColumnDefinition, ColumnKind } from '../report/column.ts'
import type { SqlReportDefinition } from '../report/sql-report.ts'
import { compileUnwrapped, compileWithoutSources, type ParameterTexts, sqlName } from './compile-sql-report.ts'
import type { Outcome } from './exchange.ts'
import type { Statement } from './statement.ts'

type Run = (statement: Statement) => Promise<{ readonly outcomes: readonly Outcome[] }>

/**
 * Proves a raw report against the database: the statement's columns are those that `row` declares, and its plan touches
 * no relation but the sources. Throws CHECK_FAILED with everything that does not fit.
 */
export async function verifySqlReport(
  report: SqlReportDefinition,
  tenant: string,
  given: ParameterTexts,
  run: Run,
): Promise<void> {
  const problems = [
    ...(await columnProblems(report, tenant, given, run)),
    ...(await relationProblems(report, given, run)),
  ]
  if (problems.length > 0) throw new MillraceError('CHECK_FAILED', `report "${report.name}": ${problems.join('; ')}`)
}

/** The object identifiers of PostgreSQL's built-in types (`pg_type.dat`) that a declared kind stands for. */
const typesOf: Readonly<Record<ColumnKind, readonly number[] | undefined>> = {
  text: [25, 1043, 1042, 19],
  integer: [21, 23, 20],
  bigint: [20, 23, 21, 1700],
  decimal: [1700, 20, 23, 21],
  boolean: [16],
  timestamp: [1184, 1114],
  date: [1082],
  uuid: [2950],
  real: [700, 701],
  enum: undefined,
}

async function columnProblems(
  report: SqlReportDefinition,
  tenant: string,
  given: ParameterTexts,
  run: Run,
): Promise<string[]> {
  const { outcomes } = await run(compileUnwrapped(report, tenant, given))
  const found = new Map(outcomes[0]?.columns.map(({ name, type }) => [name, type]))
  return Object.entries(report.row).flatMap(([name, column]) => {
    const own = sqlName(column, name)
    const type = found.get(own)
    if (type === undefined) return [`the statement has no column "${own}"`]
    return fits(column, type) ? [] : [`column "${own}" is not of the declared kind ${column.type.kind} (type ${type})`]
  })
}

function fits({ type }: ColumnDefinition, found: number): boolean {
  if (type.kind === 'timestamp') return found === (type.timeZone === undefined ? 1184 : 1114)
  return typesOf[type.kind]?.includes(found) ?? true
}

async function relationProblems(report: SqlReportDefinition, given: ParameterTexts, run: Run): Promise<string[]> {
  const { text, values } = compileWithoutSources(report, given)
  const { outcomes } = await run({ text: `explain (format json, verbose) ${text}`, values })
  const plan = JSON.parse(outcomes[0]?.rows.map(([line]) => line ?? '').join('\n') ?? '[]') as unknown
  return [...new Set(relationsIn(plan))].map(
    (relation) => `the plan reads ${relation}, which no hole names: write the source as a hole, so that it is scoped`,
  )
}

function relationsIn(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(relationsIn)
  if (typeof plan !== 'object' || plan === null) return []
  const { Schema: schema, 'Relation Name': relation, ...rest } = plan as Record<string, unknown>
  const own = typeof relation === 'string' ? [schema === undefined ? relation : `${schema}.${relation}`] : []
  return [...own, ...Object.values(rest).flatMap(relationsIn)]
}

import { MillraceError } from '../errors.ts'
import type { ColumnDefinition, ColumnKind } from '../report/column.ts'
import type { SqlReportDefinition } from '../report/sql-report.ts'
import { compileUnwrapped, compileWithoutSources, type ParameterTexts, sqlName } from './compile-sql-report.ts'
import type { Outcome } from './exchange.ts'
import type { Statement } from './statement.ts'

type Run = (statement: Statement) => Promise<{ readonly outcomes: readonly Outcome[] }>

/** Why a raw report may not be answered, and what mends it. */
export interface SqlReportProblem {
  readonly problem: string
  readonly next: string
}

/** Throws CHECK_FAILED with everything that does not fit. */
export async function verifySqlReport(
  report: SqlReportDefinition,
  tenant: string,
  given: ParameterTexts,
  run: Run,
): Promise<void> {
  const problems = await sqlReportProblems(report, tenant, given, run)
  if (problems.length === 0) return
  const said = problems.map(({ problem }) => problem).join('; ')
  throw new MillraceError('CHECK_FAILED', `report "${report.name}": ${said}`)
}

/**
 * What a raw report must prove against the database: the statement's columns are those that `row` declares, and its plan
 * touches no relation but the sources (law T4).
 */
export async function sqlReportProblems(
  report: SqlReportDefinition,
  tenant: string,
  given: ParameterTexts,
  run: Run,
): Promise<SqlReportProblem[]> {
  return [...(await columnProblems(report, tenant, given, run)), ...(await relationProblems(report, run))]
}

interface BuiltInType {
  readonly oid: number
  readonly name: string
}

/** PostgreSQL's built-in types (`pg_type.dat`). */
const types = {
  text: { oid: 25, name: 'text' },
  varchar: { oid: 1043, name: 'varchar' },
  bpchar: { oid: 1042, name: 'char' },
  name: { oid: 19, name: 'name' },
  int2: { oid: 21, name: 'smallint' },
  int4: { oid: 23, name: 'integer' },
  int8: { oid: 20, name: 'bigint' },
  numeric: { oid: 1700, name: 'numeric' },
  bool: { oid: 16, name: 'boolean' },
  timestamptz: { oid: 1184, name: 'timestamp with time zone' },
  timestamp: { oid: 1114, name: 'timestamp without time zone' },
  date: { oid: 1082, name: 'date' },
  uuid: { oid: 2950, name: 'uuid' },
  float4: { oid: 700, name: 'real' },
  float8: { oid: 701, name: 'double precision' },
} as const satisfies Record<string, BuiltInType>

const names = new Map<number, string>(Object.values(types).map(({ oid, name }) => [oid, name]))

/** Those that a declared kind stands for; the one to cast to comes first. An enum may be of any type. */
const typesOf: Readonly<Record<Exclude<ColumnKind, 'enum' | 'timestamp'>, readonly BuiltInType[]>> = {
  text: [types.text, types.varchar, types.bpchar, types.name],
  integer: [types.int4, types.int2, types.int8],
  bigint: [types.int8, types.int4, types.int2, types.numeric],
  decimal: [types.numeric, types.int8, types.int4, types.int2],
  boolean: [types.bool],
  date: [types.date],
  uuid: [types.uuid],
  real: [types.float8, types.float4],
}

function typesFor({ type }: ColumnDefinition): readonly BuiltInType[] {
  if (type.kind === 'enum') return []
  if (type.kind === 'timestamp') return [type.timeZone === undefined ? types.timestamptz : types.timestamp]
  return typesOf[type.kind]
}

async function columnProblems(
  report: SqlReportDefinition,
  tenant: string,
  given: ParameterTexts,
  run: Run,
): Promise<SqlReportProblem[]> {
  const { outcomes } = await run(compileUnwrapped(report, tenant, given))
  const columns = outcomes[0]?.columns ?? []
  const found = new Map(columns.map(({ name, type }) => [name, type]))
  return Object.entries(report.row).flatMap(([name, column]) => {
    const own = sqlName(column, name)
    const type = found.get(own)
    if (type === undefined) {
      const has = columns.map(({ name }) => name).join(', ')
      return [{ problem: `the statement has no column "${own}"; it has ${has}`, next: `name one: … as ${own}` }]
    }
    const fitting = typesFor(column)
    const [wanted] = fitting
    if (wanted === undefined || fitting.some(({ oid }) => oid === type)) return []
    return [
      {
        problem: `column "${own}" is ${names.get(type) ?? `of type ${type}`}, and is declared as ${column.type.kind}`,
        next: `declare it as what it is, or cast it: …::${wanted.name} as ${own}`,
      },
    ]
  })
}

async function relationProblems(report: SqlReportDefinition, run: Run): Promise<SqlReportProblem[]> {
  const { text, values } = compileWithoutSources(report)
  const { outcomes } = await run({ text: `explain (format json, verbose) ${text}`, values })
  const plan = JSON.parse(outcomes[0]?.rows.map(([line]) => line ?? '').join('\n') ?? '[]') as unknown
  return [...new Set(readsIn(plan))].map((read) => ({
    problem: `the plan reads ${read}, which no hole names`,
    next: 'declare it as a source and write it as a hole of the template, so that it is scoped to the tenant',
  }))
}

/** The relations of a plan, and the functions that it reads rows from, since a function may read any relation. */
function readsIn(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(readsIn)
  if (typeof plan !== 'object' || plan === null) return []
  const {
    Schema: schema,
    'Relation Name': relation,
    'Function Name': called,
    ...rest
  } = plan as Record<string, unknown>
  const within = (name: unknown) => (schema === undefined ? `${name}` : `${schema}.${name}`)
  const own = [
    ...(relation === undefined ? [] : [within(relation)]),
    ...(called === undefined || schema === 'pg_catalog' ? [] : [`the function ${within(called)}`]),
  ]
  return [...own, ...Object.values(rest).flatMap(readsIn)]
}

import { MillraceError } from '../errors.ts'
import type { AnyReport } from '../report/catalog.ts'
import { conditionsOf } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { compileReport } from './compile-report.ts'
import { parameterTexts } from './compile-sql-report.ts'
import type { Outcome } from './exchange.ts'
import { error, type Finding } from './finding.ts'
import { compileLookup, compileOptions } from './lookup-sql.ts'
import { sampleGiven, sampleReading, sampleValues } from './sample.ts'
import type { Statement } from './statement.ts'
import { sqlReportProblems } from './verify-sql-report.ts'

type Run = (statement: Statement) => Promise<{ readonly outcomes: readonly Outcome[] }>

/** Has the database plan every statement of a report, for one tenant, and run none of them. */
export async function checkReport(report: AnyReport, tenant: Tenant, run: Run): Promise<Finding[]> {
  const about = `report "${report.name}"`
  try {
    if (report.node === 'sqlReport') {
      const problems = await sqlReportProblems(report, tenant.id, parameterTexts(report, sampleGiven(report), {}), run)
      return problems.map(({ problem, next }) => error(about, problem, next))
    }
    for (const { text, values } of statementsOf(report, tenant)) await run({ text: `explain ${text}`, values })
    return []
  } catch (cause) {
    if (!(cause instanceof MillraceError) || !isRefusal(cause)) throw cause
    const said = cause.cause instanceof Error ? `the database refuses it: ${cause.cause.message}` : cause.detail
    return [error(about, said, 'correct the report, or the database')]
  }
}

/** The report's own, and those of its labels and of its filters' values. */
function statementsOf(report: ReportDefinition, { id, ...tenant }: Tenant): Statement[] {
  const conditions = conditionsOf(report, {})
  return [
    compileReport(sampleReading(report, { id, ...tenant }), id),
    ...Object.values(report.lookup).map((lookup) => compileLookup(lookup, id, [sampleValues[lookup.key.type.kind]])),
    ...report.filters.map((filter) => compileOptions(report, filter, conditions, id, 1)),
  ]
}

/** Whether it is the report that is wrong. A database that cannot be reached says nothing about any report. */
const isRefusal = ({ code }: MillraceError): boolean => code === 'INTERNAL' || code === 'VALUE_REFUSED'

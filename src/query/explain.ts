import type { EngineRequest, Freshness } from '../report/engine.ts'
import { resolveReading } from '../report/reading.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { compileReport } from './compile-report.ts'
import { compileSqlReport, parameterTexts } from './compile-sql-report.ts'
import { tenancyOf } from './relation-sql.ts'
import type { Replica } from './replica.ts'
import type { Tenancy } from './scope.ts'
import type { Statement } from './statement.ts'
import { verifySqlReport } from './verify-sql-report.ts'

export interface ExplainRequest extends Omit<EngineRequest, 'tenant'> {
  readonly tenant: Tenant
  /** Also runs the statement, within the limits of a read, and tells what it took. */
  readonly analyze: boolean
}

export interface Explanation extends Freshness {
  readonly statement: Statement
  readonly tenancy: Tenancy
  /** The lines of `EXPLAIN (FORMAT TEXT)`. */
  readonly plan: readonly string[]
}

/**
 * The statement that answers a report, and the database's plan of it: in the tenant's scope and within the same limits as a
 * read. Throws what a read would throw.
 */
export async function explainReport(replica: Pick<Replica, 'run'>, request: ExplainRequest): Promise<Explanation> {
  const { report, tenant, analyze, signal } = request
  const sources = report.node === 'report' ? [report.from] : report.sources
  const tenancy = sources.some((source) => tenancyOf(source) === 'schema') ? 'schema' : 'column'
  const run = (statement: Statement) =>
    replica.run({ tenant: tenant.id, tenancy, application: `millrace explain`, statements: [statement], signal })
  const statement = await statementOf(request, run)
  const options = analyze ? 'format text, analyze, buffers' : 'format text'
  const { outcomes, asOf, lagSeconds } = await run({ ...statement, text: `explain (${options}) ${statement.text}` })
  return { statement, tenancy, plan: (outcomes[0]?.rows ?? []).map(([line]) => line ?? ''), asOf, lagSeconds }
}

/** A raw report is proved before, as it is before a read: what it analyses, it also reads. */
async function statementOf(
  { report, tenant, given, attributes, now }: ExplainRequest,
  run: Parameters<typeof verifySqlReport>[3],
): Promise<Statement> {
  if (report.node === 'report')
    return compileReport(resolveReading(report, { tenant, given, attributes, now }), tenant.id)
  const texts = parameterTexts(report, given, attributes)
  await verifySqlReport(report, tenant.id, texts, run)
  return compileSqlReport(report, tenant.id, texts)
}

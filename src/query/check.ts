import { Temporal } from 'temporal-polyfill'
import { MillraceError } from '../errors.ts'
import type { AnyReport, Catalog } from '../report/catalog.ts'
import type { Column } from '../report/column.ts'
import { type Given, parametersOf, resolveReading, timeColumnOf } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import { type AnySource, definition } from '../report/source.ts'
import type { SqlReportDefinition } from '../report/sql-report.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { checkSource, type RunRows } from './check-source.ts'
import { checkZone } from './check-zone.ts'
import { compileReport } from './compile-report.ts'
import { parameterTexts } from './compile-sql-report.ts'
import { error, type Finding } from './finding.ts'
import { tenancyOf } from './relation-sql.ts'
import type { Replica } from './replica.ts'
import type { Statement } from './statement.ts'
import { verifySqlReport } from './verify-sql-report.ts'

export interface CheckOptions {
  readonly catalog: Catalog
  readonly replica: Replica
  readonly tenants: readonly Tenant[]
  /** Told each thing that is being checked. */
  readonly progress?: (what: string) => void
}

/** Checks every report of a catalog against the database that would answer it. Reads, and changes nothing. */
export async function check({ catalog, replica, tenants, progress = () => {} }: CheckOptions): Promise<Finding[]> {
  const [sample] = tenants
  if (sample === undefined) {
    return [error('tenants', 'the allowlist is empty, so that no report can be tried', 'add a tenant to the allowlist')]
  }
  const run = (tenant: Tenant, tenancy: 'column' | 'schema') => async (statement: Statement) => {
    const { signal } = new AbortController()
    const asked = { tenant: tenant.id, tenancy, application: 'millrace check', statements: [statement], signal }
    return await replica.run(asked)
  }
  const rows = (tenant: Tenant, tenancy: 'column' | 'schema'): RunRows => {
    const ask = run(tenant, tenancy)
    return async (statement) => (await ask(statement)).outcomes[0]?.rows ?? []
  }
  const findings: Finding[] = []
  for (const timeZone of zonesOf(catalog, tenants)) {
    progress(`time zone ${timeZone}`)
    findings.push(...(await checkZone(timeZone, rows(sample, 'column'))))
  }
  const broken = new Set<AnySource>()
  for (const [source, timeColumns] of sourcesOf(catalog)) {
    progress(`source "${source[definition].table}"`)
    const found = await checkForTenants(source, timeColumns, tenancyOf(source) === 'schema' ? tenants : [sample], rows)
    if (found.some(({ severity }) => severity === 'error')) broken.add(source)
    findings.push(...found)
  }
  for (const report of catalog.reports) {
    progress(`report "${report.name}"`)
    const sources = report.node === 'report' ? [report.from] : report.sources
    if (sources.some((source) => broken.has(source))) continue
    const tenancy = sources.some((source) => tenancyOf(source) === 'schema') ? 'schema' : 'column'
    findings.push(...(await checkReport(report, sample, run(sample, tenancy))))
  }
  return findings
}

/** With tenancy by schema every tenant's own table is looked at; what is only a warning is said once. */
async function checkForTenants(
  source: AnySource,
  timeColumns: readonly Column[],
  tenants: readonly Tenant[],
  rows: (tenant: Tenant, tenancy: 'column' | 'schema') => RunRows,
): Promise<Finding[]> {
  const tenancy = tenancyOf(source)
  const findings: Finding[] = []
  for (const [at, tenant] of tenants.entries()) {
    const found = await checkSource(source, timeColumns, rows(tenant, tenancy))
    const kept = at === 0 ? found : found.filter(({ severity }) => severity === 'error')
    findings.push(
      ...kept.map((each) => (tenancy === 'schema' ? { ...each, about: `tenant ${tenant.id}, ${each.about}` } : each)),
    )
  }
  return findings
}

async function checkReport(
  report: AnyReport,
  tenant: Tenant,
  run: (statement: Statement) => ReturnType<Replica['run']>,
): Promise<Finding[]> {
  try {
    if (report.node === 'report') {
      const { text, values } = compileReport(sampleReading(report, tenant), tenant.id)
      await run({ text: `explain ${text}`, values })
    } else {
      await verifySqlReport(report, tenant.id, parameterTexts(report, sampleGiven(report), {}), run)
    }
    return []
  } catch (cause) {
    if (!(cause instanceof MillraceError)) throw cause
    const said = cause.cause instanceof Error ? `${cause.detail}: ${cause.cause.message}` : cause.detail
    return [error(`report "${report.name}"`, said, cause.next)]
  }
}

/** A reading of the report as if it were asked now, with days for the parameters that it takes. */
export function sampleReading(report: ReportDefinition, tenant: Tenant, given: Given = {}) {
  const days = Object.fromEntries(
    parametersOf(report).map((name, at) => [name, at % 2 === 0 ? '2020-01-01' : '2020-02-01']),
  )
  return resolveReading(report, { tenant, given: { ...days, ...given }, attributes: {}, now: Temporal.Now.instant() })
}

const samples = {
  text: '',
  integer: '0',
  bigint: '0',
  decimal: '0',
  boolean: 'true',
  date: '2020-01-01',
  timestamp: '2020-01-01T00:00:00Z',
  uuid: '00000000-0000-0000-0000-000000000000',
  enum: 'other',
  real: '0',
} as const

export function sampleGiven(report: SqlReportDefinition): Given {
  return Object.fromEntries(Object.entries(report.params).map(([name, { type }]) => [name, samples[type.kind]]))
}

function zonesOf(catalog: Catalog, tenants: readonly Tenant[]): ReadonlySet<string> {
  const reported = catalog.reports.flatMap((report) =>
    report.node === 'report' && report.time !== undefined && report.time.timeZone !== 'tenant'
      ? [report.time.timeZone]
      : [],
  )
  const stored = [...sourcesOf(catalog).keys()].flatMap((source) =>
    Object.values(source[definition].columns).flatMap(({ type }) =>
      type.kind === 'timestamp' && type.timeZone !== undefined ? [type.timeZone] : [],
    ),
  )
  return new Set([...tenants.map(({ timeZone }) => timeZone), ...reported, ...stored])
}

/** Every source of the catalog, with the time columns that its reports look at. */
function sourcesOf(catalog: Catalog): Map<AnySource, Column[]> {
  const sources = new Map<AnySource, Column[]>()
  for (const report of catalog.reports) {
    if (report.node === 'sqlReport') {
      for (const source of report.sources) sources.set(source, sources.get(source) ?? [])
      continue
    }
    const times = Object.keys(report.measures).flatMap((name) => timeColumnOf(report, name) ?? [])
    sources.set(report.from, [...(sources.get(report.from) ?? []), ...times])
    for (const { source } of Object.values(report.lookup)) sources.set(source, sources.get(source) ?? [])
  }
  return sources
}

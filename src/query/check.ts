import type { AnyReport, Catalog } from '../report/catalog.ts'
import type { Column } from '../report/column.ts'
import { timeColumnOf } from '../report/reading.ts'
import { type AnySource, definition } from '../report/source.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { checkReport } from './check-report.ts'
import { checkSource, type RunRows } from './check-source.ts'
import { checkZone } from './check-zone.ts'
import { error, type Finding, mergeFindings, warning } from './finding.ts'
import { tenancyOf } from './relation-sql.ts'
import type { Replica, ReplicaAnswer } from './replica.ts'
import type { Tenancy } from './scope.ts'
import type { Statement } from './statement.ts'

export interface CheckOptions {
  readonly catalog: Catalog
  readonly replica: Pick<Replica, 'run'>
  readonly tenants: readonly Tenant[]
  /** Told each thing that is being checked. */
  readonly progress?: (what: string) => void
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal
}

/**
 * Checks every report of a catalog against the database that would answer it. Reads, and changes nothing. Throws what
 * `Replica.run` throws where the database cannot be asked.
 */
export async function check(options: CheckOptions): Promise<Finding[]> {
  const { catalog, replica, tenants, progress = () => {}, signal = new AbortController().signal } = options
  const [first] = tenants
  if (first === undefined) {
    return [error('tenants', 'the allowlist is empty, so that no report can be tried', 'add a tenant to the allowlist')]
  }
  const asking =
    (tenant: Tenant, tenancy: Tenancy) =>
    (statement: Statement): Promise<ReplicaAnswer> =>
      replica.run({ tenant: tenant.id, tenancy, application: 'millrace check', statements: [statement], signal })
  const rows =
    (tenant: Tenant, tenancy: Tenancy): RunRows =>
    async (statement) =>
      (await asking(tenant, tenancy)(statement)).outcomes[0]?.rows ?? []
  /** Where tenancy is by column, what is found is alike for all. */
  const triedFor = (tenancy: Tenancy): readonly Tenant[] =>
    tenancy === 'column' ? [first] : tenants.filter(({ schema }) => schema !== undefined)

  const findings: Finding[] = []
  for (const timeZone of zonesOf(catalog, tenants)) {
    progress(`time zone ${timeZone}`)
    findings.push(...(await checkZone(timeZone, rows(first, 'column'))))
  }
  const sources = sourcesOf(catalog)
  if (triedFor('schema').length === 0 && [...sources.keys()].some((source) => tenancyOf(source) === 'schema')) {
    const next = 'give each tenant its schema: tenants: { table: …, id: …, schema: … }, or { id: …, schema: … }'
    findings.push(error('tenants', 'sources are by schema, and no tenant of the allowlist has one', next))
  }
  /** The tenants for whom a source has an error. */
  const faulty = new Map<AnySource, Set<string>>()
  for (const [source, timeColumns] of sources) {
    const tenancy = tenancyOf(source)
    const found = new Map<string, Finding[]>()
    for (const tenant of triedFor(tenancy)) {
      progress(`source "${source[definition].table}"${tenancy === 'schema' ? `, tenant ${tenant.id}` : ''}`)
      found.set(tenant.id, await checkSource(source, timeColumns, rows(tenant, tenancy)))
    }
    const withErrors = [...found].filter(([, each]) => each.some(({ severity }) => severity === 'error'))
    faulty.set(source, new Set(withErrors.map(([tenant]) => tenant)))
    findings.push(...(tenancy === 'schema' ? mergeFindings(found) : [...found.values()].flat()))
  }
  for (const report of catalog.reports) {
    progress(`report "${report.name}"`)
    const read = sourcesIn(report)
    const tenancy = read.some((source) => tenancyOf(source) === 'schema') ? 'schema' : 'column'
    const tenant = triedFor(tenancy).find(({ id }) => read.every((source) => !faulty.get(source)?.has(id)))
    findings.push(
      ...(tenant === undefined
        ? [warning(`report "${report.name}"`, 'was not tried, since its source has errors', 'mend the source first')]
        : await checkReport(report, tenant, asking(tenant, tenancy))),
    )
  }
  return findings
}

/** Every source that a report of the catalog reads, with the time columns that they look at. */
export function sourcesOf(catalog: Catalog): ReadonlyMap<AnySource, readonly Column[]> {
  const sources = new Map<AnySource, Column[]>()
  for (const report of catalog.reports) {
    for (const source of sourcesIn(report)) sources.set(source, sources.get(source) ?? [])
    if (report.node === 'sqlReport') continue
    sources.get(report.from)?.push(...Object.keys(report.measures).flatMap((name) => timeColumnOf(report, name) ?? []))
  }
  return sources
}

/** The source of a declarative report comes first, then those of its labels. */
function sourcesIn(report: AnyReport): readonly AnySource[] {
  if (report.node === 'sqlReport') return report.sources
  return [report.from, ...Object.values(report.lookup).map(({ source }) => source)]
}

/** The zones whose days matter: the tenants', the reports' own, and those of timestamps without zone. */
function zonesOf(catalog: Catalog, tenants: readonly Tenant[]): ReadonlySet<string> {
  const reported = catalog.reports.flatMap((report) =>
    report.node === 'report' && report.time !== undefined && report.time.timeZone !== 'tenant'
      ? [report.time.timeZone]
      : [],
  )
  const stored = [...sourcesOf(catalog).keys()].flatMap((source) =>
    Object.values(source[definition].columns as Readonly<Record<string, Column>>).flatMap(({ type }) =>
      type.kind === 'timestamp' && type.timeZone !== undefined ? [type.timeZone] : [],
    ),
  )
  return new Set([...tenants.map(({ timeZone }) => timeZone), ...reported, ...stored])
}

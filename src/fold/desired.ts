import type { ReportDefinition } from '../report/report.ts'
import { bySchema, definition } from '../report/source.ts'
import { defineBuild, fingerprintOf } from '../rollup/build-definition.ts'
import type { Build } from '../store/report-store.ts'
import type { Tenant } from '../tenancy/tenant.ts'

/** A rollup that there should be: of one report, for one tenant. */
export interface Desired {
  readonly report: ReportDefinition
  readonly tenant: Tenant
  readonly definition: string
  readonly fingerprint: string
}

export const rollupOf = ({ tenant, report }: { readonly tenant: string; readonly report: string }): string =>
  JSON.stringify([tenant, report])

/** What there should be, by `rollupOf`. A definition is made once for each tenant, zone and schema. */
export class DesiredRollups {
  readonly #reports: readonly ReportDefinition[]
  #known = new Map<Tenant, Map<ReportDefinition, Desired>>()

  constructor(reports: readonly ReportDefinition[]) {
    this.#reports = reports
  }

  of(tenants: readonly Tenant[]): Map<string, Desired> {
    const known = this.#known
    this.#known = new Map(tenants.map((tenant) => [tenant, known.get(tenant) ?? new Map()]))
    const desired = new Map<string, Desired>()
    for (const tenant of tenants) {
      for (const report of this.#reports) {
        // A tenant without a schema of its own has no rows where tenancy is by schema.
        if (report.from[definition].tenant === bySchema && tenant.schema === undefined) continue
        const found = this.#known.get(tenant)?.get(report) ?? { report, tenant, ...defineBuild(report, tenant) }
        this.#known.get(tenant)?.set(report, found)
        desired.set(rollupOf({ tenant: tenant.id, report: report.name }), found)
      }
    }
    return desired
  }
}

/** Whether this process folds a build as the one that opened it did: zones and encodings are those of Node.js. */
export function isFoldable(build: Build): boolean {
  try {
    return fingerprintOf(build.definition) === build.fingerprint
  } catch {
    return false
  }
}

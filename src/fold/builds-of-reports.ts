import { LRUCache } from 'lru-cache'
import type { ReportDefinition } from '../report/report.ts'
import { defineBuild } from '../rollup/build-definition.ts'
import { type FoldPlan, planOf } from '../rollup/plan.ts'
import type { Tenant } from '../tenancy/tenant.ts'

/** How a report is folded for a tenant, and under which fingerprint. */
export interface BuildOfReport {
  /** Of the report and the tenant, as they are now. */
  readonly key: string
  readonly plan: FoldPlan
  readonly fingerprint: string
}

/** A fingerprint costs more than the read that needs it: it is kept for each report and tenant, as they are now. */
export class BuildsOfReports {
  readonly #known = new LRUCache<string, BuildOfReport>({ max: 20_000 })
  readonly #plans = new LRUCache<string, FoldPlan>({ max: 2_000 })
  readonly #reports = new WeakMap<ReportDefinition, number>()
  #count = 0

  of(report: ReportDefinition, tenant: Tenant): BuildOfReport {
    const { id, schema, timeZone } = tenant
    const key = JSON.stringify([this.#numberOf(report), timeZone, id, schema])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const built = { key, plan: this.#planOf(report, timeZone), fingerprint: defineBuild(report, tenant).fingerprint }
    this.#known.set(key, built)
    return built
  }

  /** Of all tenants of a zone the same, and of some size. */
  #planOf(report: ReportDefinition, timeZone: string): FoldPlan {
    const key = `${this.#numberOf(report)} ${timeZone}`
    const plan = this.#plans.get(key) ?? planOf(report, timeZone)
    this.#plans.set(key, plan)
    return plan
  }

  /** Two definitions may have one name, though never in one catalog. */
  #numberOf(report: ReportDefinition): number {
    const number = this.#reports.get(report) ?? this.#count++
    this.#reports.set(report, number)
    return number
  }
}

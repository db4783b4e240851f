import { MillraceError } from '../errors.ts'
import type { BuildId } from './report-store.ts'

export interface UnfitBuild {
  readonly build: BuildId
  /** Its report, tenant and counter, and the limit. */
  readonly detail: string
}

/**
 * STORE_LIMIT of what is to be added: builds have counters that a store cannot hold. Once these builds are stopped, the same batch is
 * applied for all others; until then it fails the same way, however often it is tried.
 */
export class UnfitCounters extends MillraceError {
  readonly builds: readonly UnfitBuild[]

  constructor(builds: readonly UnfitBuild[], cause?: unknown) {
    const [first] = builds
    const more = builds.length > 1 ? `; and ${builds.length - 1} more` : ''
    super('STORE_LIMIT', `${first?.detail}${more}`, { cause })
    this.builds = builds
  }
}

/** Names the build and the counter that has no place, as far as a line can hold it. */
export function unfitBuild({ tenant, report, number }: BuildId, sort: string, why: string): UnfitBuild {
  const name = sort.length > 200 ? `${sort.slice(0, 200)}…` : sort
  const of = `report ${JSON.stringify(report)} of tenant ${JSON.stringify(tenant)}, counter ${JSON.stringify(name)}`
  return { build: { tenant, report, number }, detail: `${of}: ${why}` }
}

import type { Build, BuildState } from '../report-store.ts'
import type { Definition } from './known-definitions.ts'

/** A build as `buildColumns` gives it, but for its definition. */
export interface BuildRow {
  readonly number: string | number
  readonly tenant: string
  readonly report: string
  readonly fingerprint: string
  readonly starts_at: string
  readonly state: BuildState
  /** Milliseconds since 1970. */
  readonly since: string | number
  readonly detail: string | null
  readonly changed_at: string
}

/** Of `builds`. */
export const buildColumns = `builds.number, builds.tenant, builds.report, builds.fingerprint, builds.starts_at, builds.state,
    floor(extract(epoch from builds.since) * 1000)::bigint as since, builds.detail, builds.changed_at`

export function buildOf(row: BuildRow, { definition, facts }: Definition): Build {
  const { tenant, report, fingerprint, state } = row
  return {
    tenant,
    report,
    number: Number(row.number),
    fingerprint,
    definition,
    facts,
    startsAt: row.starts_at,
    state,
    since: Number(row.since),
    ...(row.detail !== null && { detail: row.detail }),
    changedAt: row.changed_at,
  }
}

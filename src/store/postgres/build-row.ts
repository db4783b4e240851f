import type { Build, BuildState } from '../report-store.ts'

/** A build as `buildColumns` gives it. */
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
  readonly definition: string
  readonly facts: string
}

/** Of `builds` and its `definitions`. */
export const buildColumns = `builds.number, builds.tenant, builds.report, builds.fingerprint, builds.starts_at, builds.state,
    floor(extract(epoch from builds.since) * 1000)::bigint as since, builds.detail, builds.changed_at,
    definitions.definition, definitions.facts`

export function buildOf(row: BuildRow): Build {
  const { tenant, report, fingerprint, state, definition, facts } = row
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

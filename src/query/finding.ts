/** What a check found: an error keeps a report from being answered; a warning is a cost or a risk. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** The report, source, time zone, tenants or target that it is about. */
  readonly about: string
  readonly problem: string
  /** What mends it: a statement, or what to change. */
  readonly next: string
  /** The tenants in whose schemas it was found; absent where it is alike for all. */
  readonly tenants?: readonly string[]
}

export const error = (about: string, problem: string, next: string): Finding => ({
  severity: 'error',
  about,
  problem,
  next,
})
export const warning = (about: string, problem: string, next: string): Finding => ({
  severity: 'warning',
  about,
  problem,
  next,
})

/** Findings that were made in the schemas of several tenants: each once, with those tenants; without them where it is all. */
export function mergeFindings(found: ReadonlyMap<string, readonly Finding[]>): Finding[] {
  const merged = new Map<string, { finding: Finding; tenants: string[] }>()
  for (const [tenant, findings] of found) {
    for (const finding of findings) {
      const key = JSON.stringify(finding)
      const same = merged.get(key) ?? { finding, tenants: [] }
      same.tenants.push(tenant)
      merged.set(key, same)
    }
  }
  return [...merged.values()].map(({ finding, tenants }) =>
    tenants.length === found.size && found.size > 1 ? finding : { ...finding, tenants },
  )
}

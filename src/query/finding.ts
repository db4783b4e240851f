/** What a check found: an error keeps a report from being answered; a warning is a cost or a risk. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** The report, source, tenant or target that it is about. */
  readonly about: string
  readonly problem: string
  /** What mends it: a statement, or what to change. */
  readonly next: string
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

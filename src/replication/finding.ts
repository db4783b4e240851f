/** What stands in the way of folding, or will cost something. */
export interface Finding {
  /** `refusal`: nothing is prepared until it is mended, because changes would be lost or the host's own writes would fail. */
  readonly severity: 'refusal' | 'warning'
  /** The setting, role, publication or table that it is about. */
  readonly about: string
  readonly problem: string
  /** What mends it, in words. */
  readonly next: string
  /** The statement that mends it, where there is one. */
  readonly statement?: string
}

export const refusal = (about: string, problem: string, next: string, statement?: string): Finding => ({
  severity: 'refusal',
  about,
  problem,
  next,
  ...(statement !== undefined && { statement }),
})

export const warning = (about: string, problem: string, next: string, statement?: string): Finding => ({
  ...refusal(about, problem, next, statement),
  severity: 'warning',
})

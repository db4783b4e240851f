import type { Finding } from '../query/finding.ts'

/** What `millrace check` has checked, and what it found. */
export interface Checked {
  readonly reports: number
  /** Undefined where the target is refused: nothing was read from it. */
  readonly tenants: number | undefined
  readonly findings: readonly Finding[]
}

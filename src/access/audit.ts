import type { ErrorCode } from '../errors.ts'

/**
 * What each read of a report leaves (law T7), whether it was answered or not.
 *
 * It says who asked for what, and not what they saw: no row, and of the parameters only the names, since their values
 * may be personal data (a guest's name, an address) that must not outlive the request in a log.
 */
export interface AuditLine {
  /** The report's rows, or the values that one of its filters may take. */
  readonly event: 'report.read' | 'report.options'
  /** As the viewer asked for it; on a refusal perhaps no report at all. */
  readonly report: string
  readonly tenant: string
  readonly subject: string
  /** The names of the parameters and filters that were given. */
  readonly parameters: readonly string[]
  /**
   * `refused`: by permission, tenant, parameters or limits (4xx). `failed`: by Millrace or what it reads from (5xx).
   * `cancelled`: the reader went away.
   */
  readonly outcome: 'answered' | 'refused' | 'failed' | 'cancelled'
  /** Present where it was refused or failed. */
  readonly code?: ErrorCode
  /** The permission that was lacking: what only the log may know when the viewer was told REPORT_NOT_FOUND. */
  readonly lacks?: string
  /** How many rows were answered. */
  readonly rows?: number
  readonly engine?: 'replica' | 'store'
  /** The instant the answer is current to, as ISO 8601 in UTC. */
  readonly asOf?: string
  readonly milliseconds: number
  readonly requestId: string
}

/** Where audit lines go. It must neither throw nor wait. */
export type Audit = (line: AuditLine) => void

import type { ReportData } from './report-data.ts'
import type { Storage, StoredTenant } from './table.ts'

/** One question to a report, as data. */
export interface Question {
  readonly report: ReportData
  /** The index of the tenant who asks. */
  readonly tenant: number
  readonly given: Readonly<Record<string, unknown>>
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly now: string
}

/** A table of several tenants, and what is asked of it. All of it is JSON. */
export interface World {
  readonly storage: Storage
  readonly tenants: readonly StoredTenant[]
  readonly questions: readonly Question[]
  /** An answer of more rows is an error. */
  readonly rowLimit: number
}

import { createContext } from '@lit/context'
import type { Language } from './messages.ts'
import type { ReportReader } from './report-reader.ts'

/** What `<millrace-reports>` gives to the elements inside it, in whatever shadow tree they stand. */
export interface ReportsContext {
  readonly reader: ReportReader
  readonly language: Language
}

export const reportsContext = createContext<ReportsContext>(Symbol.for('millrace-reports'))

import { MillraceError } from '../errors.ts'
import type { ParamsOfReport, ReportDefinition, RowOfReport } from './report.ts'
import type { SqlReportDefinition } from './sql-report.ts'

export type AnyReport = ReportDefinition | SqlReportDefinition

/** The reports that an application serves. */
export interface Catalog<Reports extends readonly AnyReport[] = readonly AnyReport[]> {
  readonly reports: Reports
}

export type ReportName<C extends Catalog> = C['reports'][number]['name']
type Named<C extends Catalog, Name> = Extract<C['reports'][number], { readonly name: Name }>
export type RowIn<C extends Catalog, Name> = RowOfReport<Named<C, Name>>
export type ParamsIn<C extends Catalog, Name> = ParamsOfReport<Named<C, Name>>

export function catalog<const Reports extends readonly AnyReport[]>(reports: Reports): Catalog<Reports> {
  const names = new Set<string>()
  for (const { name } of reports) {
    if (names.has(name)) throw new MillraceError('REPORT_INVALID', `two reports are called "${name}"`)
    names.add(name)
  }
  return Object.freeze({ reports: Object.freeze(reports) })
}

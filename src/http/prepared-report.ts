import type { Viewer } from '../access/viewer.ts'
import type { AnyReport } from '../report/catalog.ts'
import { parseDuration } from '../report/duration.ts'
import type { Freshness } from '../report/engine.ts'
import { type AnswerColumn, shapeOf } from '../report/shape.ts'
import { namesOf } from './parameters.ts'

/** A report, and what follows from its definition alone. */
export interface PreparedReport {
  readonly report: AnyReport
  /** Of parameters and filters. */
  readonly names: ReadonlySet<string>
  readonly filters: readonly string[]
  readonly columns: readonly AnswerColumn[]
  /** Seconds. */
  readonly freshWithin: number | null
}

export const prepareReport = (report: AnyReport): PreparedReport => ({
  report,
  names: namesOf(report),
  filters: report.node === 'sqlReport' ? [] : report.filters,
  columns: shapeOf(report),
  freshWithin: report.freshWithin === undefined ? null : parseDuration(report.freshWithin),
})

/** A lag that nobody can tell is not within any bound. */
export function isStale({ lagSeconds }: Freshness, { freshWithin }: PreparedReport): boolean {
  return freshWithin !== null && (lagSeconds === null || lagSeconds > freshWithin)
}

/** The viewer's attributes that the report's `restrict` looks at, and no other. */
export function attributesFor({ report }: PreparedReport, { attributes }: Viewer): Viewer['attributes'] {
  const names = Object.values(report.restrict).filter((name) => Object.hasOwn(attributes, name))
  return Object.fromEntries(names.map((name) => [name, attributes[name] ?? []]))
}

import type { ColumnType } from './column.ts'
import type { Derived } from './derived.ts'
import { scaleOf } from './expression.ts'
import type { Measure } from './measure.ts'
import type { ReportDefinition } from './report.ts'
import { measureType } from './state.ts'

/** What a derived value is in the answer. */
export function derivedType(report: ReportDefinition, derived: Derived): ColumnType {
  if (derived.derive !== 'runningTotal') return { kind: 'decimal', scale: derived.scale }
  const types = [derived.add, ...(derived.subtract === undefined ? [] : [derived.subtract])].map((name) =>
    measureType(report.measures[name] as Measure),
  )
  if (types.every(({ kind }) => kind === 'integer')) return { kind: 'integer' }
  if (types.every(({ kind }) => kind !== 'decimal')) return { kind: 'bigint' }
  return { kind: 'decimal', scale: Math.max(...types.map(scaleOf)) }
}

export function isDerivedNullable(derived: Derived): boolean {
  return derived.derive !== 'runningTotal'
}

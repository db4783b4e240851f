import type { Draft, Labels } from './answer.ts'
import { derivedType } from './derived-type.ts'
import type { Reading } from './reading.ts'
import { measureType, writeValue } from './state.ts'
import { instantOf, type WireValue, wire } from './value.ts'

export type Row = Record<string, WireValue | Record<string, WireValue>>

/** The row as JSON has it, its members in the order of `shapeOf`. */
export function writeRow({ report, periods }: Reading, draft: Draft, labels: Labels): Row {
  const row: Row = {}
  const perPeriod = (write: (p: number) => WireValue): Row[string] =>
    periods[0]?.name === undefined ? write(0) : Object.fromEntries(periods.map(({ name }, p) => [name, write(p)]))
  Object.entries(report.dimensions).forEach(([name, column], at) => {
    const raw = draft.dimensions[at] ?? null
    row[name] = wire(column.type, raw)
    if (name in report.lookup) row[`${name}Label`] = raw === null ? null : (labels[name]?.get(raw) ?? null)
  })
  const grain = report.time?.grain
  if (grain !== undefined) {
    row.time = perPeriod((p) => {
      const bucket = draft.times[p] ?? null
      return bucket !== null && grain === 'hour' ? instantOf(bucket) : bucket
    })
  }
  for (const [name, measure] of Object.entries(report.measures)) {
    const type = measureType(measure)
    row[name] = perPeriod((p) => writeValue(type, draft.measures[name]?.[p] ?? null))
  }
  for (const [name, derived] of Object.entries(report.derive)) {
    const type = derivedType(report, derived)
    const write = (p: number) => writeValue(type, draft.derived[name]?.[p] ?? null)
    row[name] = derived.derive === 'growth' ? write(0) : perPeriod(write)
  }
  return row
}

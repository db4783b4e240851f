import { MillraceError } from '../errors.ts'
import type { Arm, Group } from './arm.ts'
import { armsOf } from './arm.ts'
import { deriveValues } from './derive-values.ts'
import { timesOf, tooManyRows } from './fill.ts'
import { draftOrder } from './order.ts'
import type { Reading } from './reading.ts'
import { emptyValue, type MeasureValue, measureValue, statesOf } from './state.ts'
import { type Row, writeRow } from './write-row.ts'

/** The labels of a dimension's values, by canonical text. */
export type Labels = Readonly<Record<string, ReadonlyMap<string, string>>>

/** A row in the making. Each measure and derived value has one value per period, in the order of the reading's periods. */
export interface Draft {
  readonly dimensions: readonly (string | null)[]
  /** Per period: its bucket; null where the period has no such bucket, or the report no grain. */
  readonly times: readonly (string | null)[]
  readonly measures: Record<string, MeasureValue[]>
  readonly derived: Record<string, MeasureValue[]>
}

/** The rows of one dimension combination: one per bucket, or one alone. */
export interface Combination {
  readonly drafts: readonly Draft[]
  /** Per period, of the measures that running totals need: their value over all that came before. */
  readonly opening: Readonly<Record<string, MeasureValue[]>>
}

/** From what an engine measured to the rows of the answer: gaps filled, derived, labelled, sorted, cut at the limit. */
export function answer(reading: Reading, groups: readonly Group[], labels: Labels, rowLimit: number): Row[] {
  const { report } = reading
  const arms = armsOf(reading)
  const times = timesOf(reading, arms, groups, rowLimit)
  const combinations = new Map<string, Combination>()
  const combinationOf = (dimensions: readonly (string | null)[]): Combination => {
    const key = JSON.stringify(dimensions)
    const found = combinations.get(key) ?? empty(reading, dimensions, times)
    combinations.set(key, found)
    if (combinations.size * times.length > rowLimit) throw tooManyRows(report.name, rowLimit)
    return found
  }
  if (Object.keys(report.dimensions).length === 0) combinationOf([])
  const positions = reading.periods.map((_, p) => new Map(times.map((row, at) => [row[p] ?? null, at])))
  for (const group of groups) {
    const arm = arms[group.arm] as Arm
    const p = reading.periods.indexOf(arm.period)
    const combination = combinationOf(group.dimensions)
    const position = arm.bucketed ? positions[p]?.get(group.bucket) : 0
    if (position === undefined) throw zonesDiffer(reading.timeZone)
    let offset = 0
    for (const name of arm.measures) {
      const measure = report.measures[name] as (typeof report.measures)[string]
      const states = group.states.slice(offset, offset + statesOf(measure).length)
      offset += states.length
      const target = arm.role === 'opening' ? combination.opening[name] : combination.drafts[position]?.measures[name]
      if (target !== undefined) target[p] = measureValue(measure, states)
    }
  }
  const all = [...combinations.values()]
  deriveValues(reading, all)
  const drafts = all.flatMap((combination) => combination.drafts).sort(draftOrder(reading, labels))
  const kept = report.limit === undefined ? drafts : drafts.slice(0, report.limit)
  return kept.map((draft) => writeRow(reading, draft, labels))
}

const zonesDiffer = (timeZone: string) =>
  new MillraceError(
    'INTERNAL',
    `the database and Node.js differ on the days of ${timeZone}: \`millrace check\` says where`,
  )

function empty(
  reading: Reading,
  dimensions: readonly (string | null)[],
  times: Combination['drafts'][number]['times'][],
) {
  const { report, periods } = reading
  const measures = () =>
    Object.fromEntries(
      Object.entries(report.measures).map(([name, measure]) => [name, periods.map(() => emptyValue(measure))]),
    )
  return {
    drafts: times.map((row) => ({ dimensions, times: row, measures: measures(), derived: {} })),
    opening: measures(),
  }
}

import type { ColumnDescription, ReportAnswer } from '../../http/wire.ts'
import { type CellValue, formatValue } from '../format-value.ts'
import type { Language } from '../messages.ts'
import { dimensionsOf, onOneAxis, timeColumnOf } from './choose-columns.ts'
import { cellValue, numberOf, type Row } from './column-value.ts'
import type { Grain } from './grain.ts'
import { partialTest } from './partial-bucket.ts'
import { placeTimes } from './place-times.ts'

/** One place on the axis of time. In a comparison the first bucket of each period stands there beside the others' first. */
export interface Slot {
  readonly place: number
  /** The bucket, by the name of its period; `''` where there is no comparison. */
  readonly times: Readonly<Record<string, string>>
  /** The bucket that names the place: that of the first period which has one. */
  readonly time: string
  /** The names of the periods whose bucket is still running. */
  readonly partial: readonly string[]
}

export interface Series {
  readonly column: ColumnDescription
  readonly label: string
  /** The period's name in a comparison; `''` otherwise. */
  readonly period: string
  /** Whether it is what another is compared with. */
  readonly isEarlier: boolean
  /** Which of the series' colours and shapes; that of an earlier period is that of the current one. */
  readonly look: number
  /** One for each slot: the exact value, and null where there is none. */
  readonly values: readonly CellValue[]
  readonly numbers: readonly (number | null)[]
}

export interface SeriesPlan {
  readonly time: ColumnDescription
  readonly grain: Grain | undefined
  readonly timeZone: string
  readonly slots: readonly Slot[]
  readonly series: readonly Series[]
  /** How many series the report has; more than are shown where there are too many to tell apart. */
  readonly seriesInAll: number
}

export interface SeriesChoice {
  readonly measures: readonly string[]
  /** The dimension whose values are the series; the report's only one unless given. */
  readonly split: string | undefined
  /** How long a bucket is, where the answer does not say so. */
  readonly grain: Grain | undefined
  readonly language: Language
}

/** As many as can be told apart. */
export const mostSeries = 8

/** Undefined where there is nothing to draw: no time, or no figure. */
export function planSeries(answer: ReportAnswer, choice: SeriesChoice): SeriesPlan | undefined {
  const { columns, timeZone } = answer
  const time = timeColumnOf(columns)
  const dimensions = dimensionsOf(columns)
  const split =
    dimensions.find(({ name }) => name === choice.split) ?? (dimensions.length === 1 ? dimensions[0] : undefined)
  const figures = onOneAxis(columns, choice.measures)
  const [figure] = figures
  if (time === undefined || figure === undefined) return undefined
  const grain = time.grain ?? choice.grain
  const slots = slotsOf(answer, time, grain)
  const slotOf = new Map(slots.flatMap((slot, at) => Object.entries(slot.times).map((entry) => [entry.join(' '), at])))
  const measured =
    split === undefined
      ? figures.map((column) => ({ column, label: column.label, rows: answer.rows }))
      : groupsOf(answer, split, choice.language).map((group) => ({ column: figure, ...group }))
  const shown = split === undefined ? measured.slice(0, mostSeries) : greatest(measured)
  const series = shown.flatMap(({ column, label, rows }, look) =>
    (column.periods ?? time.periods ?? ['']).map((period, at): Series => {
      const values: CellValue[] = slots.map(() => null)
      for (const row of rows) {
        const bucket = cellValue(row, time, period)
        const slot = slotOf.get(`${period} ${bucket}`)
        // A period without such a bucket has the values of no row there, which are no zeroes of its own.
        if (slot !== undefined) values[slot] = cellValue(row, column, period) ?? null
      }
      return { column, label, period, isEarlier: at > 0, look, values, numbers: values.map(numberOf) }
    }),
  )
  return { time, grain, timeZone, slots, series, seriesInAll: measured.length }
}

function slotsOf({ rows, asOf, timeZone }: ReportAnswer, time: ColumnDescription, grain: Grain | undefined): Slot[] {
  const names = time.periods ?? ['']
  const isPartial = partialTest(grain, asOf, timeZone)
  const byPlace = new Map<number, Record<string, string>>()
  for (const name of names) {
    const times = [...new Set(rows.flatMap((row) => cellValue(row, time, name) ?? []).map(String))].sort()
    placeTimes(times, grain).forEach((place, at) => {
      byPlace.set(place, { ...byPlace.get(place), [name]: times[at] as string })
    })
  }
  return [...byPlace]
    .sort(([a], [b]) => a - b)
    .map(([place, times]) => ({
      place,
      times,
      time: names.flatMap((name) => times[name] ?? [])[0] as string,
      partial: names.filter((name) => times[name] !== undefined && isPartial(times[name])),
    }))
}

interface Group {
  readonly label: string
  readonly rows: readonly Row[]
}

/** The rows of each value of a dimension: in the order of an enum's values, else by their labels, so that colours stay where they are. */
function groupsOf({ rows, columns, timeZone }: ReportAnswer, split: ColumnDescription, language: Language): Group[] {
  const byValue = new Map<CellValue, Row[]>()
  for (const row of rows) {
    const value = row[split.name] as CellValue
    const group = byValue.get(value) ?? []
    byValue.set(value, group)
    group.push(row)
  }
  const hasLabels = columns.some(({ name, role }) => role === 'label' && name === `${split.name}Label`)
  const labelOf = (value: CellValue, [row]: readonly Row[]): string => {
    const label = hasLabels ? row?.[`${split.name}Label`] : undefined
    return typeof label === 'string' ? label : formatValue(split, value, { language, timeZone })
  }
  const order = split.values?.map(({ value }) => value)
  const groups = [...byValue].map(([value, own]) => ({ value, label: labelOf(value, own), rows: own }))
  return groups.sort((a, b) =>
    order === undefined
      ? a.label.localeCompare(b.label, language.locale)
      : order.indexOf(String(a.value)) - order.indexOf(String(b.value)),
  )
}

/** Those with the most in all, in the order in which they came. */
function greatest<G extends Group & { readonly column: ColumnDescription }>(groups: readonly G[]): readonly G[] {
  if (groups.length <= mostSeries) return groups
  const sizeOf = ({ rows, column }: G) =>
    rows.reduce((sum, row) => sum + Math.abs(numberOf(cellValue(row, column, undefined)) ?? 0), 0)
  const kept = new Set([...groups].sort((a, b) => sizeOf(b) - sizeOf(a)).slice(0, mostSeries))
  return groups.filter((group) => kept.has(group))
}

import { formatValue } from '../format-value.ts'
import { type PeriodNames, periodLabel } from './period-label.ts'
import type { Series, SeriesPlan, Slot } from './series-plan.ts'

export interface WordsContext extends PeriodNames {
  readonly plan: SeriesPlan
  readonly digits: number | undefined
}

/** A series' value in one slot, as it is written beside the point. */
export interface PointLine {
  readonly series: Series
  readonly label: string
  /** The bucket, where it is another than that of the slot. */
  readonly when: string | undefined
  readonly value: string
}

export interface PointWords {
  readonly when: string
  readonly lines: readonly PointLine[]
  /** The series that is read by itself; undefined: all of them. */
  readonly read: Series | undefined
  /** All of it in one sentence, to be said aloud. */
  readonly sentence: string
}

/** What is said of one point of a chart, of one of its series where only that is read. Values are exact, whatever is drawn. */
export function pointWords(slot: number, context: WordsContext, only?: number): PointWords | undefined {
  const { plan, language } = context
  const found = plan.slots[slot]
  if (found === undefined) return undefined
  const when = whenOf(found, found.time, context, plan.series[0]?.period ?? '')
  const lines = plan.series.flatMap((series): PointLine[] => {
    const time = found.times[series.period]
    if (time === undefined) return []
    const other = series.isEarlier && time !== found.time ? whenOf(found, time, context, series.period) : undefined
    return [{ series, label: seriesLabel(series, context), when: other, value: valueWords(series, slot, context) }]
  })
  const read = only === undefined ? undefined : plan.series[only]
  const said = lines
    .filter(({ series }) => read === undefined || series === read)
    .map(({ label, when: other, value }) => `${label} ${other === undefined ? '' : `(${other}) `}${value}`)
  if (read !== undefined && said.length === 0) said.push(`${seriesLabel(read, context)} ${language.messages.noValue}`)
  return { when, lines, read, sentence: `${when}: ${said.join('; ')}` }
}

/** The name of a series; in a comparison with that of its period where it is the earlier one. */
export function seriesLabel({ label, period, isEarlier }: Series, context: WordsContext): string {
  if (!isEarlier) return label
  return `${label}, ${periodLabel(period, context)}`
}

function whenOf(slot: Slot, time: string, { plan, language }: WordsContext, period: string): string {
  const { timeZone, grain } = plan
  const column = grain === undefined ? plan.time : { ...plan.time, grain }
  const written = formatValue(column, time, { language, timeZone })
  return slot.partial.includes(period) ? `${written}, ${language.messages.charts.soFar}` : written
}

function valueWords({ column, values }: Series, slot: number, { language, plan, digits }: WordsContext): string {
  const value = values[slot]
  if (value === null || value === undefined) return language.messages.noValue
  return formatValue(column, value, { language, timeZone: plan.timeZone, digits })
}

/** How each series went, in words: from, to, highest and lowest. */
export function trendWords(context: WordsContext): readonly string[] {
  const { plan, language } = context
  return plan.series.flatMap((series) => {
    const filled = series.numbers.flatMap((number, slot) => (number === null ? [] : [{ number, slot }]))
    const [first, last] = [filled[0], filled.at(-1)]
    if (first === undefined || last === undefined) return []
    const highest = filled.reduce((a, b) => (b.number > a.number ? b : a))
    const lowest = filled.reduce((a, b) => (b.number < a.number ? b : a))
    const words = ({ slot }: { readonly slot: number }) => {
      const found = plan.slots[slot] as Slot
      const when = whenOf(found, found.times[series.period] ?? found.time, context, series.period)
      return `${valueWords(series, slot, context)} (${when})`
    }
    return language.messages.charts.trend({
      label: seriesLabel(series, context),
      first: words(first),
      last: words(last),
      highest: words(highest),
      lowest: words(lowest),
    })
  })
}

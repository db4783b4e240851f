import { type Change, changeOf } from '../change.ts'
import { changeText, judgementOf } from '../change-text.ts'
import { type CellValue, formatValue, numberFormat } from '../format-value.ts'
import type { Bar, BarsPlan } from './bars-plan.ts'
import { type PeriodNames, periodLabel } from './period-label.ts'

export interface BarsContext extends PeriodNames {
  readonly plan: BarsPlan
  readonly timeZone: string
  readonly digits: number | undefined
}

/** What is said of one bar. Values are exact, whatever is drawn. */
export interface BarWords {
  readonly value: string
  readonly share: string | undefined
  /** In a comparison. */
  readonly earlier: { readonly period: string; readonly value: string } | undefined
  readonly change:
    | { readonly text: string; readonly tone: Change['tone']; readonly direction: Change['direction'] }
    | undefined
  /** All of it in one sentence, to be said aloud. */
  readonly sentence: string
}

export function barWords(bar: Bar, context: BarsContext): BarWords {
  const { plan, language } = context
  const { messages } = language
  const value = write(bar.value, context)
  const share =
    plan.share === undefined || bar.share === null || bar.share === undefined
      ? undefined
      : formatValue(plan.share, bar.share, { language, timeZone: context.timeZone })
  const [, before] = plan.periods
  const earlier =
    before === undefined ? undefined : { period: periodLabel(before, context), value: write(bar.earlier, context) }
  const change = changeWords(bar, context)
  const judged = judgementOf(change?.tone, messages)
  const parts = [
    value,
    ...(share === undefined ? [] : [messages.charts.share(share)]),
    ...(earlier === undefined ? [] : [`${earlier.period} ${earlier.value}`]),
    ...(change === undefined ? [] : [judged === undefined ? change.text : `${change.text} ${judged}`]),
  ]
  return { value, share, earlier, change, sentence: `${bar.label}: ${parts.join(', ')}` }
}

function changeWords({ value, earlier }: Bar, { plan, language }: BarsContext): BarWords['change'] {
  const change = plan.periods.length > 1 ? changeOf(plan.column, value, earlier) : undefined
  if (change === undefined) return undefined
  const text = change.direction === 'same' ? language.messages.noChange : changeText(change, language)
  return { text, tone: change.tone, direction: change.direction }
}

/** The first and the last of them, in words. */
export function rankingWords(context: BarsContext): string {
  const { bars, column } = context.plan
  const { locale, messages } = context.language
  const words = (bar: Bar | undefined) => (bar === undefined ? '' : `${bar.label} (${write(bar.value, context)})`)
  const count = numberFormat(locale, {}).format(bars.length)
  return messages.charts.ranking({ label: column.label, count, first: words(bars[0]), last: words(bars.at(-1)) })
}

function write(value: CellValue, { plan, language, timeZone, digits }: BarsContext): string {
  if (value === null || value === undefined) return language.messages.noValue
  return formatValue(plan.column, value, { language, timeZone, digits })
}

import { html, nothing, svg, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../../http/wire.ts'
import type { Language } from '../messages.ts'
import { dimensionsOf } from './choose-columns.ts'
import { linePath, runsIn, splitRun } from './paths.ts'
import { planSeries } from './series-plan.ts'
import { trendWords } from './series-words.ts'

/** Of its drawing, which is stretched to the room there is; its lines stay as thick as they are. */
const [width, height] = [100, 30]

/**
 * How a figure of a report went over time, as a line without axes, and in words; its first figure where it has none of the name. Nothing
 * where the report has several rows for one time: a line of one of them would pass for all.
 */
export function renderSpark(
  answer: ReportAnswer,
  measure: string | undefined,
  language: Language,
): TemplateResult | typeof nothing {
  if (dimensionsOf(answer.columns).length > 0) return nothing
  const measures = answer.columns.some(({ name }) => name === measure) ? [measure as string] : []
  const plan = planSeries(answer, { measures, split: undefined, grain: undefined, language })
  const series = plan?.series[0]
  const known = series?.numbers.filter((number) => number !== null) ?? []
  if (plan === undefined || series === undefined || known.length === 0) return nothing
  const { numbers, period } = series
  const [least, greatest] = [Math.min(...known), Math.max(...known)]
  // Days of an earlier period that the drawn one does not have take no room.
  const last = plan.slots.findLast(({ times }) => times[period] !== undefined)?.place ?? 0
  const frame = {
    xs: plan.slots.map(({ place }) => (last === 0 ? width / 2 : (place / last) * width)),
    y: (value: number) => (greatest === least ? height / 2 : height - ((value - least) / (greatest - least)) * height),
  }
  const runs = runsIn(numbers, plan)
  const end = runs.at(-1)?.at(-1)
  const words = trendWords({
    plan: { ...plan, series: [series] },
    language,
    periods: undefined,
    digits: undefined,
  }).join(' ')
  return html`<svg class="spark alone" part="spark" role="img" aria-label=${words} viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${svg`
    ${runs.map((run) => {
      const { whole, partial } = splitRun(run, plan.slots, period)
      return svg`<path class="line" d=${linePath(whole, numbers, frame)}></path>
        <path class="line partial" d=${linePath(partial, numbers, frame)}></path>`
    })}
    ${end === undefined ? nothing : svg`<path class="end" d="${linePath([end], numbers, frame)}h0"></path>`}`}
  </svg>`
}

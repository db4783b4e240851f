import { html, nothing, svg, type TemplateResult } from 'lit'
import type { Drawing, SeriesKind } from './drawing.ts'
import { periodLabel } from './period-label.ts'
import { seriesLabel, type WordsContext } from './series-words.ts'
import { renderShape } from './shapes.ts'

/** What a series looks like, small, beside its name. */
export interface Swatch {
  readonly look: number
  readonly kind: SeriesKind
  readonly isEarlier: boolean
  readonly isAlone: boolean
}

export function renderSwatch({ look, kind, isEarlier, isAlone }: Swatch): TemplateResult {
  const name = `look-${look} ${isAlone ? 'alone' : ''}`
  return html`<svg class="swatch" width="18" height="10" aria-hidden="true">${
    isEarlier
      ? svg`<g class=${name}><path class="line earlier ${kind}" d="M0 5H18"></path></g>`
      : kind === 'lines'
        ? svg`<g class=${name}><path class="line" d="M0 5H18"></path>${renderShape(look, 9, 5)}</g>`
        : svg`<g class=${name}><rect class="column" x="2" width="14" height="10" fill=${isAlone ? nothing : `url(#fill-${look})`}></rect></g>`
  }</svg>`
}

/** The names of the series, in text, in the order in which they stand. */
export function renderLegend({ series, earlier, kind }: Drawing, context: WordsContext): TemplateResult {
  const isAlone = series.length === 1
  const all = context.plan.series
  return html`<ul class="legend" part="legend">
    ${series.map(({ label, look }) => html`<li>${renderSwatch({ look, kind, isEarlier: false, isAlone })}${label}</li>`)}
    ${earlier.map(({ look, label, period }) => {
      const found = all.find((each) => each.period === period && each.label === label)
      const text = found === undefined || isAlone ? periodLabel(period, context) : seriesLabel(found, context)
      return html`<li>${renderSwatch({ look, kind, isEarlier: true, isAlone })}${text}</li>`
    })}
  </ul>`
}

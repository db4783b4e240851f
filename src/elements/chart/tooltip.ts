import { html, nothing, svg, type TemplateResult } from 'lit'
import type { SeriesKind } from './drawing.ts'
import type { Frame } from './frame.ts'
import { renderSwatch } from './legend.ts'
import { round } from './round.ts'
import type { PointWords } from './series-words.ts'

export interface Tooltip {
  readonly words: PointWords
  readonly frame: Frame
  /** Where the point stands. */
  readonly x: number
  readonly kind: SeriesKind
  readonly isAlone: boolean
}

const away = 12

/** Beside the point, on the side that has more room. Its place is an attribute of the drawing, and no style. */
export function renderTooltip({ words, frame, x, kind, isAlone }: Tooltip): TemplateResult {
  const isRight = x < frame.width / 2
  const from = isRight ? x + away : 0
  const width = Math.max(0, isRight ? frame.width - from : x - away)
  return svg`<foreignObject class="beside ${isRight ? 'right' : 'left'}" x=${round(from)} y="0" width=${round(width)} height=${frame.height} aria-hidden="true">
    ${html`<div class="room"><div class="tooltip" part="tooltip">
      <div class="when">${words.when}</div>
      ${words.lines.map(
        ({ series, label, when, value }) => html`<div class="entry ${series === words.read ? 'read' : ''}">
          ${renderSwatch({ look: series.look, kind, isEarlier: series.isEarlier, isAlone })}
          <span class="label">${label}${when === undefined ? nothing : html`<span class="other">${when}</span>`}</span>
          <span class="figure">${value}</span>
        </div>`,
      )}
    </div></div>`}
  </foreignObject>`
}

import { html, nothing, svg, type TemplateResult } from 'lit'
import { type Bar, type BarsPlan, extentOf } from './bars-plan.ts'
import type { BarsContext, BarWords } from './bars-words.ts'
import { periodLabel } from './period-label.ts'

export interface BarOptions {
  readonly plan: BarsPlan
  readonly words: BarWords
  readonly isActive: boolean
  readonly isRightToLeft: boolean
  readonly currentPeriod: string | undefined
  readonly judgement: string | undefined
}

/** One bar with its name, its value and its share in text. Lengths are attributes, and no style. */
export function renderBar(bar: Bar, options: BarOptions): TemplateResult {
  const { words, isActive } = options
  return html`<li class=${isActive ? 'active' : ''}>
    <span class="name">${bar.label}</span>
    ${renderLength(bar, options)}
    <span class="amount">${words.value}</span>
    ${words.share === undefined ? nothing : html`<span class="share">${words.share}</span>`}
    ${isActive ? renderMore(bar, options) : nothing}
  </li>`
}

const percent = (part: number): string => `${Math.round(part * 10_000) / 100}%`

function renderLength({ number, earlierNumber }: Bar, { plan, isRightToLeft }: BarOptions): TemplateResult {
  const length = extentOf(number ?? 0, plan, isRightToLeft)
  const zero = extentOf(0, plan, isRightToLeft).from
  const before = earlierNumber === null ? undefined : extentOf(earlierNumber, plan, isRightToLeft)
  // The end that is away from zero.
  const mark = before && (before.from + before.length / 2 >= zero ? before.from + before.length : before.from)
  return html`<svg class="length alone" aria-hidden="true">${svg`
    <rect class="fill ${(number ?? 0) < 0 ? 'below' : ''}" x=${percent(length.from)} y="15%" width=${percent(length.length)} height="70%"></rect>
    ${plan.low < 0 ? svg`<line class="zero" x1=${percent(zero)} x2=${percent(zero)} y1="0" y2="100%"></line>` : nothing}
    ${mark === undefined ? nothing : svg`<line class="mark" x1=${percent(mark)} x2=${percent(mark)} y1="0" y2="100%"></line>`}`}
  </svg>`
}

/** What does not stand beside the bar already: its name in full, and what it is compared with. */
function renderMore(bar: Bar, { words, currentPeriod, judgement }: BarOptions): TemplateResult {
  const { earlier, change, value, share } = words
  return html`<div class="tooltip" part="tooltip" aria-hidden="true">
    <div class="when">${bar.label}</div>
    <div class="entry"><span class="label">${currentPeriod}</span><span class="figure">${value}</span>${
      share === undefined ? nothing : html`<span class="other">${share}</span>`
    }</div>
    ${
      earlier === undefined
        ? nothing
        : html`<div class="entry"><span class="label">${earlier.period}</span><span class="figure">${earlier.value}</span></div>`
    }
    ${
      change === undefined
        ? nothing
        : html`<div class="by ${change.tone}">${arrows[change.direction]} ${change.text} ${judgement ?? ''}</div>`
    }
  </div>`
}

const arrows = { up: '▲', down: '▼', same: '' } as const

/** In a comparison: what the bar is, and what the line across it. */
export function renderBarsLegend(context: BarsContext): TemplateResult | typeof nothing {
  const [current, earlier] = context.plan.periods
  if (current === undefined || earlier === undefined) return nothing
  return html`<ul class="legend" part="legend">
    <li><svg class="swatch alone" width="18" height="10" aria-hidden="true">${svg`<rect class="fill" width="18" height="10"></rect>`}</svg>${periodLabel(current, context)}</li>
    <li><svg class="swatch" width="8" height="14" aria-hidden="true">${svg`<line class="mark" x1="4" x2="4" y1="0" y2="14"></line>`}</svg>${periodLabel(earlier, context)}</li>
  </ul>`
}

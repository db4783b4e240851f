import { svg, type TemplateResult } from 'lit'
import { round } from './round.ts'

/** What marks the points of each series, so that none is told by its colour alone; about 8 pixels wide, around the origin. */
export const shapes: readonly string[] = [
  'M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z',
  'M-3.2-3.2h6.4v6.4h-6.4z',
  'M0-4.2L4.2 3.2H-4.2z',
  'M0-4.6L4.6 0L0 4.6L-4.6 0z',
  'M-4.2-3.2H4.2L0 4.2z',
  'M-1.4-4.2h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8v-2.8h2.8z',
  'M-4-1.8L0-4.6L4-1.8L2.6 3.8H-2.6z',
  'M0-4.8L1.3-1.3L4.8 0L1.3 1.3L0 4.8L-1.3 1.3L-4.8 0L-1.3-1.3z',
]

export const renderShape = (look: number, x: number, y: number, name = 'point'): TemplateResult =>
  svg`<path class=${name} d=${shapes[look % shapes.length] ?? ''} transform="translate(${round(x)} ${round(y)})"></path>`

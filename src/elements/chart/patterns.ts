import { svg, type TemplateResult } from 'lit'

/** Drawn over the colour of each series where areas touch, so that none is told by its colour alone. */
const textures: readonly string[] = [
  '',
  'M-1 9L9-1M-1 1L1-1M7 9L9 7',
  'M4 2.8a1.2 1.2 0 1 0 .01 0z',
  'M0 4H8',
  'M-1-1L9 9M-1 7L1 9M7-1L9 1',
  'M4 0V8',
  'M0 4H8M4 0V8',
  'M-1 9L9-1M-1-1L9 9',
]

/** The fills of a chart: `fill-N` is that of series N; `partial-N`, lighter and hatched, that of a bucket which is still running. */
export const renderPatterns = (looks: number): TemplateResult =>
  svg`<defs>${Array.from(
    { length: looks },
    (_, look) => svg`
      <pattern id="fill-${look}" class=${nameOf(look, looks)} width="8" height="8" patternUnits="userSpaceOnUse">
        <rect class="ground" width="8" height="8"></rect>
        <path class="texture" d=${textures[look % textures.length] ?? ''}></path>
      </pattern>
      <pattern id="partial-${look}" class=${nameOf(look, looks)} width="6" height="6" patternUnits="userSpaceOnUse">
        <rect class="ground faint" width="6" height="6"></rect>
        <path class="hatch" d="M-1 7L7-1M-1 1L1-1M5 7L7 5"></path>
      </pattern>`,
  )}</defs>`

const nameOf = (look: number, looks: number): string => (looks === 1 ? 'look-0 alone' : `look-${look}`)

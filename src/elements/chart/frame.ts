import type { SeriesPlan } from './series-plan.ts'
import type { ValueScale } from './value-scale.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** Where things stand in a chart, in pixels of its drawing. */
export interface Frame extends Size {
  readonly isRightToLeft: boolean
  /** The ends of the plot, from left to right and from top to bottom. */
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** How far neighbouring buckets are apart. */
  readonly step: number
  readonly xs: readonly number[]
  readonly y: (value: number) => number
}

export interface FrameOptions {
  readonly size: Size
  readonly plan: Pick<SeriesPlan, 'slots'>
  readonly scale: Pick<ValueScale, 'partOf'>
  /** Room beside the plot for the labels of its lines. */
  readonly gutter: number
  /** Room below for the labels of time. */
  readonly foot: number
  readonly isRightToLeft: boolean
  /** Bars need the whole of a bucket's room; points need little beyond themselves. */
  readonly isBanded: boolean
}

/** Room above the uppermost line, for half of its label. */
const head = 8
/** Room for a point at the end of the plot. */
const edge = 7

export function frameOf({ size, plan, scale, gutter, foot, isRightToLeft, isBanded }: FrameOptions): Frame {
  const { width, height } = size
  const length = Math.max(1, width - gutter)
  const last = plan.slots.at(-1)?.place ?? 0
  const inset = isBanded ? length / (last + 1) / 2 : Math.min(edge, length / 2)
  const step = isBanded ? length / (last + 1) : last === 0 ? length : (length - 2 * inset) / last
  const alone = !isBanded && last === 0 ? length / 2 - inset : 0
  const [top, bottom] = [head, Math.max(head + 1, height - foot)]
  const xs = plan.slots.map(({ place }) => {
    const x = gutter + inset + alone + place * step
    return isRightToLeft ? width - x : x
  })
  return {
    width,
    height,
    isRightToLeft,
    left: isRightToLeft ? 0 : gutter,
    right: isRightToLeft ? width - gutter : width,
    top,
    bottom,
    step,
    xs,
    y: (value) => bottom - scale.partOf(value) * (bottom - top),
  }
}

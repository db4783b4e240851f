import type { Language } from '../messages.ts'
import { axisValue } from './axis-value.ts'
import { type Drawing, reachOf } from './drawing.ts'
import { type Frame, frameOf, type Size } from './frame.ts'
import type { SeriesPlan } from './series-plan.ts'
import { fitInto, footOf, gap } from './tick-room.ts'
import { type TimeTick, timeTicks } from './time-ticks.ts'
import { valueScale } from './value-scale.ts'

/** A line across the plot, at a value. */
export interface ValueTick {
  readonly value: number
  readonly label: string
}

/** Where everything of a chart over time stands. */
export interface Layout {
  readonly frame: Frame
  readonly valueTicks: readonly ValueTick[]
  readonly timeTicks: readonly TimeTick[]
}

export interface LayoutOptions {
  readonly plan: SeriesPlan
  readonly drawing: Drawing
  readonly size: Size
  readonly language: Language
  readonly isRightToLeft: boolean
  /** How wide a label is, in pixels. */
  readonly widthOf: (text: string) => number
}

/** About how far lines are apart, in pixels. */
const lineDistance = 45

export function layOut({ plan, drawing, size, language, isRightToLeft, widthOf }: LayoutOptions): Layout {
  const { column } = plan.series[0] as SeriesPlan['series'][number]
  const scale = valueScale(reachOf(drawing), {
    fromZero: drawing.kind !== 'lines',
    isWhole: column.kind === 'integer' || column.kind === 'bigint',
    count: Math.max(2, Math.round(size.height / lineDistance)),
  })
  const [first = 0, second = 1] = scale.ticks
  const valueTicks = scale.ticks.map((value) => ({
    value,
    label: axisValue(column, value, second - first, language.locale),
  }))
  const gutter = Math.ceil(Math.max(...valueTicks.map(({ label }) => widthOf(label)))) + gap
  const options = { size, plan, scale, gutter, isRightToLeft, isBanded: drawing.kind === 'bars' }
  // Of a comparison the current period's own times: the others' would read as if they came after them.
  const [period = ''] = plan.time.periods ?? []
  const ticks = timeTicks(
    plan.slots.map(({ times }) => times[period]),
    {
      column: plan.time,
      grain: plan.grain,
      timeZone: plan.timeZone,
      language,
      fits: fitInto(frameOf({ ...options, foot: 0 }), widthOf),
    },
  )
  return { frame: frameOf({ ...options, foot: footOf(ticks) }), valueTicks, timeTicks: ticks }
}

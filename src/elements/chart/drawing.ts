import type { Series, SeriesPlan } from './series-plan.ts'
import { type Extent, stackValues } from './stack.ts'

export type SeriesKind = 'lines' | 'areas' | 'bars'

/** What of a plan is drawn, before it is known how large. */
export interface Drawing {
  readonly kind: SeriesKind
  /** The series themselves, without what they are compared with. */
  readonly series: readonly Series[]
  /** From where to where each of them reaches in each slot; undefined for lines, which stand for themselves. */
  readonly extents: readonly (readonly Extent[])[] | undefined
  /** Dashed lines of earlier periods: one for each series, and where series stand on each other one for all of them. */
  readonly earlier: readonly Pick<Series, 'look' | 'label' | 'period' | 'numbers'>[]
}

export function drawingOf({ series }: Pick<SeriesPlan, 'series'>, kind: SeriesKind): Drawing {
  const current = series.filter(({ isEarlier }) => !isEarlier)
  const earlier = series.filter(({ isEarlier }) => isEarlier)
  if (kind === 'lines') return { kind, series: current, extents: undefined, earlier }
  return {
    kind,
    series: current,
    extents: stackValues(current.map(({ numbers }) => numbers)),
    earlier: current.length === 1 ? earlier : totalsOf(earlier),
  }
}

/** How high the series of each period stand together. */
function totalsOf(series: readonly Series[]): Drawing['earlier'] {
  const periods = [...new Set(series.map(({ period }) => period))]
  return periods.map((period) => {
    const own = series.filter((each) => each.period === period)
    const numbers = (own[0]?.numbers ?? []).map((_, slot) =>
      own.reduce<number | null>((sum, { numbers }) => {
        const value = numbers[slot] ?? null
        return value === null ? sum : (sum ?? 0) + value
      }, null),
    )
    return { look: 0, label: '', period, numbers }
  })
}

/** All numbers that the axis must reach. */
export function* reachOf({ series, extents, earlier }: Drawing): Iterable<number> {
  for (const { numbers } of [...(extents === undefined ? series : []), ...earlier])
    for (const number of numbers) if (number !== null) yield number
  for (const extent of extents?.flat() ?? []) if (extent !== null) yield extent[1]
}

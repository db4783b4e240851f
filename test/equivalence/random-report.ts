import fc from 'fast-check'
import type { PeriodShape } from '../../src/report/period.ts'
import type { Grain } from '../../src/report/row.ts'
import { dayAt, instantAt, type Moment, offsets, zoneAbout } from './moments.ts'
import { chosenDerived, days, derivedOf, instants, measure, where } from './random-measure.ts'
import type { MeasureData, ReportData } from './report-data.ts'
import { type PropertyName, properties, propertyNames } from './table.ts'
import { givenValue } from './values.ts'
import type { Question } from './world.ts'

const units = ['day', 'week', 'month', 'quarter', 'year'] as const
/** Few enough units that a day's hours, or some months' days, are a readable answer. */
const most = { day: 40, week: 6, month: 3, quarter: 2, year: 2 }

const plainPeriod: fc.Arbitrary<PeriodShape> = fc.constantFrom(...units).chain((unit) =>
  fc.oneof(
    fc.integer({ min: 1, max: most[unit] }).map((count): PeriodShape => ({ period: 'last', unit, count })),
    fc.tuple(fc.integer({ min: -3, max: 1 }), fc.boolean()).map(
      ([offset, toDate]): PeriodShape => ({
        period: 'unit',
        unit,
        offset,
        ...(toDate ? { toDate: true as const } : {}),
      }),
    ),
  ),
)
const givenPeriod = (from: string, to: string): fc.Arbitrary<PeriodShape> =>
  fc.constant<PeriodShape>({ period: 'given', from, to })

const period: fc.Arbitrary<NonNullable<ReportData['period']>> = fc.oneof(
  plainPeriod,
  givenPeriod('from', 'to'),
  fc.record({
    current: fc.oneof(plainPeriod, givenPeriod('from', 'to')),
    previous: fc.oneof(plainPeriod, givenPeriod('baseFrom', 'baseTo'), givenPeriod('from', 'to')),
  }),
  fc.record({ one: plainPeriod, two: plainPeriod, three: plainPeriod }),
)

const isOne = (shape: ReportData['period']): shape is PeriodShape => typeof shape?.period === 'string'
export const periodNames = (shape: ReportData['period']): string[] =>
  shape === undefined || isOne(shape) ? [] : Object.keys(shape)

const choices = fc.nat({ max: 60 })
/** Of few values more often than of many, so that groups have rows. */
const dimension = fc.oneof(
  fc.constantFrom(...propertyNames),
  fc.constantFrom<PropertyName>('level', 'state', 'seen', 'code', 'reference', 'price'),
)
const name = fc.constantFrom('d0', 'd1', 'Größe_2')

/** A definition, and what is asked of it. */
export const question = (moment: Moment): fc.Arbitrary<Question> => {
  const anchor = moment.instant
  return fc
    .record({
      dimensions: fc.dictionary(name, dimension, { maxKeys: 2 }),
      lookup: fc.boolean(),
      where: fc.oneof(fc.constant({}), where(anchor, 1), where(anchor, 2)),
      column: fc.option(fc.constantFrom(...instants, ...days), { nil: undefined, freq: 4 }),
      grain: fc.option(fc.constantFrom('hour', 'hour', ...units), { nil: undefined, freq: 3 }),
      timeZone: fc.oneof(fc.constant('tenant'), zoneAbout(moment)),
      period: fc.option(period, { nil: undefined, freq: 4 }),
      measures: fc.array(measure(anchor), { minLength: 1, maxLength: 4 }),
      derive: fc.array(chosenDerived, { maxLength: 3 }),
      selects: fc.oneof(fc.constant([]), fc.array(fc.tuple(choices, choices, choices, fc.boolean()), { maxLength: 2 })),
      order: fc.array(fc.tuple(choices, fc.constantFrom('asc', 'desc')), { maxLength: 2 }),
      limit: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined, freq: 2 }),
      tenant: fc.nat({ max: 2 }),
      now: fc.constantFrom(...offsets),
      days: fc.tuple(choices, choices, choices, choices),
    })
    .map((chosen) => {
      const report = reportOf(chosen)
      return { report, ...asking(anchor, chosen, report) }
    })
}

type Chosen = Pick<ReportData, 'dimensions' | 'where'> & {
  readonly period: ReportData['period'] | undefined
  readonly limit: number | undefined
  readonly lookup: boolean
  readonly column: PropertyName | undefined
  readonly grain: Grain | undefined
  readonly timeZone: string
  readonly measures: readonly MeasureData[]
  readonly derive: readonly Parameters<typeof derivedOf>[0][]
  readonly selects: readonly (readonly [number, number, number, boolean])[]
  readonly order: readonly (readonly [number, 'asc' | 'desc'])[]
  readonly tenant: number
  readonly now: number
  readonly days: readonly [number, number, number, number]
}

const isDay = (property: string): boolean => (days as readonly string[]).includes(property)

/** The definition, made valid: a report of a period knows each measure's time, and a day has no hours. */
function reportOf(chosen: Chosen): ReportData {
  const { dimensions, period, limit, grain } = chosen
  const isTimed = period !== undefined || grain !== undefined
  const timed = <T extends string>(each: T | undefined): T | undefined =>
    each === undefined || !isTimed || (grain === 'hour' && isDay(each)) ? undefined : each
  const measures = Object.fromEntries(
    chosen.measures.map(({ at, ...each }, m): [string, MeasureData] => {
      const by = timed(at)
      return [`m${m}`, by === undefined ? each : { ...each, at: by }]
    }),
  )
  const needsColumn = isTimed && Object.values(measures).some(({ at }) => at === undefined)
  const column = timed(chosen.column) ?? (needsColumn ? 'at' : undefined)
  const derive = Object.fromEntries(
    chosen.derive.flatMap((each, x) => {
      const derived = derivedOf(each, measures, periodNames(period), isTimed)
      return derived === undefined ? [] : [[`x${x}`, derived]]
    }),
  )
  const lookup = Object.keys(dimensions).filter((dimension) => chosen.lookup && dimensions[dimension] === 'code')
  const members = [
    ...Object.keys(dimensions),
    ...lookup.map((dimension) => `${dimension}Label`),
    ...(grain === undefined ? [] : ['time']),
    ...Object.keys(measures),
    ...Object.keys(derive),
  ]
  // Half of the time a measure, since most columns are none.
  const sortable = (at: number) => {
    const from = at % 2 === 0 ? Object.keys(measures) : members
    return from[Math.floor(at / 2) % from.length] as string
  }
  const selectable = [...Object.keys(dimensions), ...propertyNames]
  const selected = (isRestricted: boolean) =>
    chosen.selects.flatMap(([of, , , restricted]) =>
      restricted === isRestricted ? [selectable[of % selectable.length] as string] : [],
    )
  return {
    dimensions,
    lookup,
    where: chosen.where,
    ...(isTimed
      ? {
          time: {
            ...(column === undefined ? {} : { column }),
            ...(grain === undefined ? {} : { grain }),
            timeZone: chosen.timeZone,
          },
        }
      : {}),
    ...(period === undefined ? {} : { period }),
    measures,
    derive,
    filters: [...new Set(selected(false))],
    restrict: Object.fromEntries(selected(true).map((property) => [property, `${property} allowed`])),
    order: Object.entries(Object.fromEntries(chosen.order.map(([at, direction]) => [sortable(at), direction]))),
    ...(limit === undefined ? {} : { limit }),
  }
}

/** What the reader gives, from the chosen numbers: each filter nothing, one value or two; a viewer's attribute likewise. */
function asking(
  anchor: string,
  chosen: Chosen,
  { dimensions, period, filters, restrict }: ReportData,
): Omit<Question, 'report'> {
  const propertyOf = (selected: string) => (dimensions[selected] ?? selected) as PropertyName
  const values = (selected: string, from: number, count: number) => {
    const list = Array.from({ length: count }, (_, at) => givenValue(anchor, propertyOf(selected), from + at))
    return [...new Set(list)]
  }
  const given: Record<string, unknown> = {}
  const attributes: Record<string, readonly string[]> = {}
  chosen.selects.forEach(([, first, second], at) => {
    const filter = filters[at % Math.max(1, filters.length)]
    if (filter !== undefined && first % 3 !== 2) {
      const list = values(filter, second, [1, 2, 8, 15, 0][first % 5] as number)
      // As a URL has them, all text; null, where the column may hold it.
      const texts = second % 2 === 0 ? list : list.map(String)
      const orNull = second % 3 === 0 && properties[propertyOf(filter)].nullable ? [...texts, null] : texts
      given[filter] = orNull.length === 1 ? orNull[0] : orNull
    }
    const restricted = Object.keys(restrict)[at % Math.max(1, Object.keys(restrict).length)]
    if (restricted !== undefined && first % 7 !== 6) {
      const list = values(restricted, second, [12, 4, 20, 0][first % 4] as number)
      attributes[restrict[restricted] as string] = [...list.map(String), 'not a value?']
    }
  })
  const shapes: readonly PeriodShape[] = period === undefined ? [] : isOne(period) ? [period] : Object.values(period)
  for (const shape of shapes) {
    if (shape.period !== 'given') continue
    const [a, b] = (shape.from === 'from' ? chosen.days.slice(0, 2) : chosen.days.slice(2)) as [number, number]
    const ends = [a, b].map((choice) => offsets[choice % offsets.length] as number).sort((x, y) => x - y)
    given[shape.from] = dayAt(anchor, ends[0] as number)
    given[shape.to] = dayAt(anchor, (ends[1] as number) + 86_400_000_000)
  }
  return { tenant: chosen.tenant, given, attributes, now: instantAt(anchor, chosen.now).toString() }
}

import { describe, expect, test } from 'vitest'
import { type ColumnDefinition, decimal, enumOf, integer, text, timestamp } from '../report/column.ts'
import { runningTotal } from '../report/derived.ts'
import { avg, count, percentile, sum } from '../report/measure.ts'
import { lastDays, lastMonths } from '../report/period.ts'
import { report } from '../report/report.ts'
import { bySchema, source } from '../report/source.ts'
import { defineBuild, fingerprintOf, readBuildDefinition, zonesOf } from './build-definition.ts'
import { planOf } from './plan.ts'
import { transitionsText } from './zone.ts'

const columns = {
  id: integer(),
  tenantId: text(),
  hotel: text(),
  channel: enumOf('web', 'phone'),
  price: decimal({ scale: 2 }),
  paidAt: timestamp(),
  seenAt: timestamp(),
  arrivesAt: timestamp({ timeZone: 'Europe/Rome' }),
}
const tenant = { id: 'acme', timeZone: 'Europe/Berlin' }

interface Change {
  /** Members of the report; undefined takes one away. */
  readonly report?: object
  readonly tenant?: object
  readonly table?: string
  readonly columns?: Readonly<Record<string, ColumnDefinition>>
  /** Whose columns the members are made of. */
  readonly of?: (from: any) => object
}

function define(change: Change = {}) {
  const from = source(change.table ?? 'booking', {
    columns: { ...columns, ...change.columns },
    key: 'id',
    tenant: 'tenantId',
  }) as any
  const made = report({
    name: 'x',
    permission: 'p',
    from,
    where: { channel: 'web' },
    dimensions: { hotel: from.hotel },
    time: { column: from.paidAt, grain: 'day' },
    period: lastDays(60),
    measures: { bookings: count(), revenue: sum(from.price) },
    filters: ['hotel'],
    ...change.report,
    ...change.of?.(from),
  } as any)
  return { made, build: defineBuild(made as never, { ...tenant, ...change.tenant }) }
}

const fingerprint = (change?: Change): string => define(change).build.fingerprint
const unchanged = fingerprint()

describe('what a build is of', () => {
  test.each<[string, Change]>([
    ['another length of the period', { report: { period: lastDays(90) } }],
    ['another kind of period', { report: { period: { current: lastMonths(1), previous: lastMonths(2) } } }],
    ['a coarser grain', { of: (from) => ({ time: { column: from.paidAt, grain: 'month' } }) }],
    ['labels and descriptions', { report: { title: 'Bookings', description: { en: 'All of them' } } }],
    [
      'labels of a measure',
      {
        of: (from) => ({
          measures: {
            bookings: count({ label: 'n' } as never),
            revenue: sum(from.price, { currency: 'EUR' } as never),
          },
        }),
      },
    ],
    ['labels of a column’s values', { columns: { channel: enumOf({ web: 'Web', phone: { en: 'Phone' } }) } }],
    ['another permission', { report: { permission: 'q' } }],
    ['an order and a limit', { report: { order: { revenue: 'desc' }, limit: 10 } }],
    ['how current an answer must be', { report: { freshWithin: '60s' } }],
    ['another name', { report: { name: 'y' } }],
    ['a column that the report does not look at', { columns: { other: text() } }],
  ])('F4 %s need no new build', (_, change) => {
    expect(fingerprint(change)).toBe(unchanged)
  })

  test.each<[string, Change]>([
    [
      'a measure more',
      { of: (from) => ({ measures: { bookings: count(), revenue: sum(from.price), mean: avg(from.price) } }) },
    ],
    [
      'a measure of something else',
      {
        of: (from) => ({ measures: { bookings: count(), revenue: sum(from.id) } }),
      },
    ],
    [
      'a measure’s condition',
      { of: (from) => ({ measures: { bookings: count({ where: { hotel: 'a' } }), revenue: sum(from.price) } }) },
    ],
    [
      'a measure by another time',
      { of: (from) => ({ measures: { bookings: count({ at: from.seenAt }), revenue: sum(from.price) } }) },
    ],
    ['a condition', { report: { where: { channel: 'phone' } } }],
    ['no condition', { report: { where: {} } }],
    ['a dimension more', { of: (from) => ({ dimensions: { hotel: from.hotel, channel: from.channel } }) }],
    ['a filter more', { report: { filters: ['hotel', 'channel'] } }],
    ['a restriction', { report: { restrict: { channel: 'channels' } } }],
    ['another time column', { of: (from) => ({ time: { column: from.seenAt, grain: 'day' } }) }],
    ['days kept by hour', { of: (from) => ({ time: { column: from.paidAt, grain: 'hour' } }) }],
    [
      'a zone of the report’s own',
      { of: (from) => ({ time: { column: from.paidAt, grain: 'day', timeZone: 'Asia/Tokyo' } }) },
    ],
    ['a running total', { report: { derive: { all: runningTotal({ add: 'bookings' }) } } }],
    ['days after which counters expire', { report: { retain: '400d' } }],
    ['another zone of the tenant', { tenant: { timeZone: 'Asia/Tokyo' } }],
    ['another tenant', { tenant: { id: 'other' } }],
    ['another table', { table: 'reservation' }],
    ['another schema', { table: 'archive.booking' }],
    ['another scale of a summed column', { columns: { price: decimal({ scale: 3 }) } }],
    ['another kind of a dimension', { columns: { hotel: integer() } }],
    [
      'another value of an enum that is looked at',
      { columns: { channel: enumOf('web', 'phone', 'agent') }, report: { filters: ['channel'] } },
    ],
    ['another column of the same property', { columns: { hotel: text({ column: 'hotel_name' }) } }],
    ['another tenant column', { columns: { tenantId: text({ column: 'customer' }) } }],
  ])('F4 %s needs a new build', (_, change) => {
    expect(fingerprint(change)).not.toBe(unchanged)
  })

  test('F4 of what is retained its whole days are looked at, and without it there is nothing about it', () => {
    const of = (retain: string) => fingerprint({ report: { retain } })
    expect(of('9600h')).toBe(of('400d'))
    // What has expired does not come back, so that more days can only be had by a new build.
    expect(of('401d')).not.toBe(of('400d'))
    expect(define().build.definition).not.toContain('retain')
  })

  test('F4 the tenant’s zone is looked at only where a clock is', () => {
    const timeless = { report: { time: undefined, period: undefined } }
    expect(fingerprint({ ...timeless, tenant: { timeZone: 'Asia/Tokyo' } })).toBe(fingerprint(timeless))
  })

  test('F4 the tenant’s zone is not looked at where the report has its own', () => {
    const of = (from: any) => ({ time: { column: from.paidAt, grain: 'day', timeZone: 'Asia/Tokyo' } })
    expect(fingerprint({ of, tenant: { timeZone: 'Asia/Kolkata' } })).toBe(fingerprint({ of }))
  })

  test('F4 other clocks of a zone, as an update of the time zone database brings, need a new build', () => {
    const { definition } = define().build
    const berlin = transitionsText('Europe/Berlin')
    expect(fingerprintOf(definition, () => berlin)).toBe(unchanged)
    expect(fingerprintOf(definition, () => `${berlin} 7000000000:7200`)).not.toBe(unchanged)
  })

  test('F4 the clocks of all zones that decide where a row is counted are part of the fingerprint', () => {
    const { build } = define({ of: (from) => ({ time: { column: from.arrivesAt, grain: 'day' } }) })
    expect(zonesOf(readBuildDefinition(build.definition).plan)).toEqual(['Europe/Berlin', 'Europe/Rome'])
    // Berlin and Rome share their offsets today, and not those of a hundred years ago.
    expect(fingerprint({ tenant: { timeZone: 'Europe/Rome' } })).not.toBe(unchanged)
  })

  test('which percentile is read of counted values does not change them', () => {
    const of = (fraction: number, digits: number) =>
      fingerprint({ of: (from) => ({ measures: { p: percentile(fraction, from.price, { digits }) } }) })
    expect(of(0.5, 3)).toBe(of(0.9, 3))
    expect(of(0.5, 3)).not.toBe(of(0.5, 2))
  })

  test('its text is the same whatever order members were written in, and reads as the plan', () => {
    const { made, build } = define()
    const reordered = define({ report: { filters: ['hotel'], where: { channel: 'web' } }, tenant: {} })
    expect(reordered.build.definition).toBe(build.definition)
    const read = readBuildDefinition(build.definition)
    expect(read.plan).toEqual(planOf(made as never, tenant.timeZone))
    expect(read.tenant).toBe('acme')
    expect(read.source).toMatchObject({
      schema: 'public',
      table: 'booking',
      tenantColumn: { column: 'tenant_id', type: { kind: 'text' }, nullable: false },
    })
    expect(fingerprintOf(build.definition)).toBe(build.fingerprint)
  })

  test('T3 with tenancy by schema the table is that of the tenant’s schema', () => {
    const from = source('booking', { columns, key: 'id', tenant: bySchema }) as any
    const made = report({ name: 'x', permission: 'p', from, measures: { n: count() } } as any) as never
    const { definition } = defineBuild(made, { ...tenant, schema: 'acme_1' })
    expect(readBuildDefinition(definition).source).toMatchObject({
      schema: 'acme_1',
      table: 'booking',
      tenantColumn: null,
    })
    expect(() => defineBuild(made, tenant)).toThrow('schema')
  })
})

import { describe, expect, test } from 'vitest'
import { answered, group } from '../../test/report/answered.ts'
import { bookings } from '../../test/report/sources.ts'
import { growth, runningTotal, share } from './derived.ts'
import { count, sum } from './measure.ts'
import { month } from './period.ts'
import { report } from './report.ts'

const base = { name: 'x', permission: 'p' } as const

describe('a comparison', () => {
  const measures = { n: count(), revenue: sum(bookings.rate), deposit: sum(bookings.deposit) }
  const comparison = report({
    ...base,
    from: bookings,
    dimensions: { status: bookings.status },
    time: { column: bookings.bookedOn },
    period: { current: month(), previous: month(-1) },
    measures,
    derive: { gain: growth('revenue'), back: growth('revenue', { from: 'current', to: 'previous', scale: 2 }) },
  })
  const gainOf = (current: string | null, previous: string | null) => {
    const groups = [group(0, ['kept'], null, '1', current, null), group(1, ['kept'], null, '1', previous, null)]
    return answered(comparison, groups)[0]?.gain
  }

  test('has a value per period, and of a period without rows what nothing adds up to', () => {
    const groups = [
      group(0, ['kept'], null, '3', '300.00', '10.00'),
      group(1, ['kept'], null, '2', '200.00', null),
      group(1, ['canceled'], null, '1', '50.00', '5.00'),
    ]
    expect(answered(comparison, groups)).toEqual([
      {
        status: 'kept',
        n: { current: 3, previous: 2 },
        revenue: { current: '300.00', previous: '200.00' },
        deposit: { current: '10.00', previous: null },
        gain: '0.5000',
        back: '-0.33',
      },
      {
        status: 'canceled',
        n: { current: 0, previous: 1 },
        revenue: { current: '0.00', previous: '50.00' },
        deposit: { current: null, previous: '5.00' },
        gain: '-1.0000',
        back: null,
      },
    ])
  })

  test('growth is a fraction of where it came from, rounded half away from zero', () => {
    expect([gainOf('100', '100'), gainOf('0', '100'), gainOf('125', '100'), gainOf('2', '3')]).toEqual([
      '0.0000',
      '-1.0000',
      '0.2500',
      '-0.3333',
    ])
    expect([gainOf('-50', '-100'), gainOf('100.005', '100')]).toEqual(['-0.5000', '0.0001'])
  })

  test('growth is null where there was nothing to grow from', () => {
    expect([gainOf('100', '0'), gainOf('0', '0'), gainOf('1', '0.00')]).toEqual([null, null, null])
    const ofNullable = report({
      ...base,
      from: bookings,
      time: { column: bookings.bookedOn },
      period: { current: month(), previous: month(-1) },
      measures: { deposit: sum(bookings.deposit) },
      derive: { gain: growth('deposit') },
    })
    expect(answered(ofNullable, [group(0, [], null, '5')])[0]?.gain).toBeNull()
    expect(answered(ofNullable, [group(1, [], null, '5')])[0]?.gain).toBeNull()
  })

  const daily = report({
    ...base,
    from: bookings,
    time: { column: bookings.bookedOn, grain: 'day' },
    period: { current: month(-9), previous: month(-10) },
    measures: { n: count() },
    derive: { gain: growth('n'), total: runningTotal({ add: 'n' }), part: share('n') },
  })

  test('day by day puts the first of a month beside the first of another, of 28 days beside 31', () => {
    const groups = [group(0, [], '2026-02-28', '6'), group(2, [], '2026-01-28', '4'), group(2, [], '2026-01-31', '1')]
    const rows = answered(daily, groups)
    expect(rows).toHaveLength(31)
    expect(rows[0]).toMatchObject({ time: { current: '2026-02-01', previous: '2026-01-01' }, gain: null })
    expect(rows[27]).toMatchObject({
      time: { current: '2026-02-28', previous: '2026-01-28' },
      n: { current: 6, previous: 4 },
      gain: '0.5000',
    })
    expect(rows[30]).toMatchObject({
      time: { current: null, previous: '2026-01-31' },
      n: { current: 0, previous: 1 },
      total: { current: 6, previous: 5 },
      part: { current: null, previous: '1.0000' },
    })
  })

  test('growth is null beside a bucket that the other period does not have: the future is no fall to zero', () => {
    const days = [28, 29, 30, 31].map((day) => `2026-01-${day}`)
    const groups = days.map((day) => group(2, [], day, '4'))
    expect(
      answered(daily, groups)
        .slice(27)
        .map(({ gain }) => gain),
    ).toEqual(['-1.0000', null, null, null])
  })
})

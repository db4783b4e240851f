import { describe, expect, test } from 'vitest'
import { bookings } from '../../test/report/sources.ts'
import { avg, count, countDistinct, max, min, percentile, sum } from './measure.ts'

const { nights, rate, bookedOn } = bookings

describe('a measure', () => {
  test('counts rows, or the values of a column', () => {
    expect(count()).toEqual({ aggregate: 'count' })
    expect(count({ where: { status: 'kept' }, at: bookedOn })).toEqual({
      aggregate: 'count',
      where: { status: 'kept' },
      at: bookedOn,
    })
    expect(count(nights, { label: 'Nights' })).toEqual({ aggregate: 'count', of: nights, label: 'Nights' })
    expect(countDistinct(nights)).toEqual({ aggregate: 'countDistinct', of: nights })
  })

  test('aggregates an operand', () => {
    expect(sum(rate, { better: 'higher' })).toEqual({ aggregate: 'sum', of: rate, better: 'higher' })
    expect(avg(rate, { scale: 1 })).toEqual({ aggregate: 'avg', of: rate, scale: 1 })
    expect(min(rate)).toEqual({ aggregate: 'min', of: rate })
    expect(max(rate)).toEqual({ aggregate: 'max', of: rate })
  })

  test('of a percentile looks at three significant digits, unless told', () => {
    expect(percentile(0.95, rate)).toEqual({ aggregate: 'percentile', of: rate, fraction: 0.95, digits: 3 })
    expect(percentile(0.5, rate, { digits: 'all' })).toMatchObject({ digits: 'all' })
  })
})

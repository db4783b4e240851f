import { describe, expect, test } from 'vitest'
import { bookings, findings } from '../../test/report/sources.ts'
import { add, columnsOf, elapsed, isNullable, microsecondsPer, scaleOf, subtract, times, typeOf } from './expression.ts'

const { nights, rate, tax, deposit, id } = bookings
const { firstSeenAt, resolvedAt } = findings

describe('arithmetic', () => {
  test('of whole numbers is whole, and may exceed 32 bits', () => {
    expect(typeOf(nights)).toEqual({ kind: 'integer' })
    for (const whole of [add(nights, 1), subtract(nights, id), times(nights, nights), add(1, 2)])
      expect(typeOf(whole)).toEqual({ kind: 'bigint' })
  })

  test('with a decimal has the digits that make it exact', () => {
    expect(typeOf(add(rate, 1))).toEqual({ kind: 'decimal', scale: 2 })
    expect(typeOf(add(rate, '0.125'))).toEqual({ kind: 'decimal', scale: 3 })
    expect(typeOf(subtract(1, rate))).toEqual({ kind: 'decimal', scale: 2 })
    expect(typeOf(times(rate, nights))).toEqual({ kind: 'decimal', scale: 2 })
    expect(typeOf(times(rate, '0.19'))).toEqual({ kind: 'decimal', scale: 4 })
    expect(typeOf(times(add(rate, tax), times('1.5', nights)))).toEqual({ kind: 'decimal', scale: 3 })
    expect(typeOf(times(nights, '2'))).toEqual({ kind: 'decimal', scale: 0 })
  })

  test('of times has six digits in any unit', () => {
    expect(typeOf(elapsed(firstSeenAt, resolvedAt, 'hour'))).toEqual({ kind: 'decimal', scale: 6 })
    expect(microsecondsPer).toEqual({
      second: 10n ** 6n,
      minute: 60n * 10n ** 6n,
      hour: 3600n * 10n ** 6n,
      day: 86_400n * 10n ** 6n,
    })
  })

  test('is null where one of its columns is', () => {
    expect([nights, times(rate, nights), 1, '1'].map(isNullable)).toEqual([false, false, false, false])
    expect([deposit, add(rate, deposit), add(1, times(2, deposit))].map(isNullable)).toEqual([true, true, true])
    expect(isNullable(elapsed(firstSeenAt, resolvedAt, 'day'))).toBe(true)
  })

  test('reads the columns that stand in it', () => {
    expect(columnsOf(times(add(rate, 1), add(nights, rate)))).toEqual([rate, nights, rate])
    expect(columnsOf(rate)).toEqual([rate])
    expect([columnsOf(1), columnsOf('1.5')]).toEqual([[], []])
  })

  test('counts digits after the point only of decimals', () => {
    expect([scaleOf({ kind: 'decimal', scale: 3 }), scaleOf({ kind: 'bigint' })]).toEqual([3, 0])
  })
})

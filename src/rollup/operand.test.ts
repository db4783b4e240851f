import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bookings, findings } from '../../test/report/sources.ts'
import { add, elapsed, type Operand, scaleOf, subtract, times, typeOf } from '../report/expression.ts'
import { Cells, load } from './cells.ts'
import { foldOperand } from './fold-operand.ts'
import { refusedAbove } from './image.ts'
import { compileNumber, compileSummand, significant } from './operand.ts'
import { wholeNumber } from './whole-number.ts'

/** What an operand's number is for a row, as a value and as a summand. */
function numbers(operand: Operand, row: Record<string, string | null>) {
  const cells = new Cells()
  const value = compileNumber(foldOperand(operand), cells.of)
  const summand = compileSummand(foldOperand(operand), cells.of)
  load(cells.from(0), (column) => row[column] ?? null)
  return { value: value.read(), summand: summand.read(), scale: value.scale }
}

const { rate, tax, deposit, nights } = bookings

describe('arithmetic over a row', () => {
  test('F5 is exact, at the scale that the language says', () => {
    const row = { rate: '19.99', tax: '0.01', nights: '3', deposit: '2' }
    for (const [operand, value] of [
      [rate, 1999],
      [add(rate, tax), 2000],
      [subtract(nights, rate), -1699],
      [times(rate, nights), 5997],
      [times(rate, rate), 3_996_001],
      [add(times(rate, tax), '0.5'), 6999],
      [times(nights, 7), 21],
    ] as const) {
      const got = numbers(operand, row)
      expect([got.value, got.scale]).toEqual([value, scaleOf(typeOf(operand))])
      expect(got.summand).toBe(value)
    }
    expect(numbers(times(rate, times(rate, rate)), { rate: '99999999999.99' }).value).toBe(9_999_999_999_999n ** 3n)
  })

  test('F1 is null where an operand is, and else has no exact figure where one has none', () => {
    const sum = add(deposit, rate)
    expect(numbers(sum, { deposit: null, rate: 'NaN' }).value).toBeNull()
    expect(numbers(sum, { deposit: '1', rate: 'NaN' }).value).toBe(refusedAbove)
  })

  test('F5 elapsed time is summed in microseconds, and else is in its unit, rounded half away from zero', () => {
    const hours = elapsed(findings.firstSeenAt, findings.resolvedAt, 'hour')
    const row = { first_seen_at: '1795255200000000', resolved_at: '1795258800001800' }
    expect(numbers(hours, row)).toEqual({ value: 1_000_001, summand: 3_600_001_800, scale: 6 })
    const backwards = { first_seen_at: row.resolved_at, resolved_at: row.first_seen_at }
    expect(numbers(hours, backwards).value).toBe(-1_000_001)
    expect(numbers(hours, { ...row, resolved_at: null }).value).toBeNull()
    const days = elapsed(bookings.bookedOn, bookings.bookedOn, 'day')
    expect(numbers(days, { booked_on: '2026-11-21' }).value).toBe(0)
  })

  test('F5 rounds to significant digits half away from zero, at any size', () => {
    expect([995, 994, -995, 1234, 12_350, 999_500, 7].map((value) => significant(value, 2))).toEqual([
      1000, 990, -1000, 1200, 12_000, 1_000_000, 7,
    ])
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.integer({ min: 1, max: 6 }), (value, digits) => {
        const magnitude = value < 0n ? -value : value
        const unit = 10n ** BigInt(Math.max(0, magnitude.toString().length - digits))
        const rounded = ((magnitude + unit / 2n) / unit) * unit
        const expected = unit === 1n ? value : value < 0n ? -rounded : rounded
        expect(BigInt(significant(wholeNumber(value), digits))).toBe(expected)
        expect(BigInt(significant(value, digits))).toBe(expected)
        expect(significant(value, 'all')).toBe(value)
      }),
      { numRuns: 500 },
    )
  })
})

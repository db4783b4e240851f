import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { divide, formatExact, parseExact, rescale } from '../report/decimal.ts'
import {
  minus,
  numberText,
  plus,
  product,
  quotient,
  scaledNumber,
  type WholeNumber,
  wholeNumber,
} from './whole-number.ts'

const whole = fc
  .oneof(
    fc.bigInt({ min: -30n, max: 30n }),
    fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
    fc.bigInt({ min: -(2n ** 53n) - 3n, max: -(2n ** 53n) + 3n }),
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  )
  .map((value) => [wholeNumber(value), value] as const)

const isCanonical = (value: WholeNumber) =>
  typeof value === 'number'
    ? Number.isSafeInteger(value) && !Object.is(value, -0)
    : !Number.isSafeInteger(Number(value))

describe('a whole number', () => {
  test('F5 sums, differences and products are exact, and equal numbers are one', () => {
    fc.assert(
      fc.property(whole, whole, ([a, x], [b, y]) => {
        for (const [got, expected] of [
          [plus(a, b), x + y],
          [minus(a, b), x - y],
          [product(a, b), x * y],
        ] as const) {
          expect(BigInt(got)).toBe(expected)
          expect(isCanonical(got)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('F1 a quotient is rounded half away from zero, as PostgreSQL rounds', () => {
    fc.assert(
      fc.property(whole, fc.constantFrom(1, 2, 3, 10, 60, 3600, 86_400), ([a, x], divisor) => {
        const expected = divide({ unscaled: x, scale: 0 }, { unscaled: BigInt(divisor), scale: 0 }, 0)
        expect(BigInt(quotient(a, divisor))).toBe(expected.unscaled)
      }),
      { numRuns: 1000 },
    )
  })

  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 22 })
  const number = fc
    .tuple(fc.constantFrom('', '-'), digits, fc.option(digits, { nil: undefined }))
    .map(([sign, integer, fraction]) => `${sign}${integer}${fraction === undefined ? '' : `.${fraction}`}`)

  test('F5 a decimal text in units of a scale is what exact arithmetic makes of it', () => {
    fc.assert(
      fc.property(number, fc.nat(8), (text, scale) => {
        const scaled = scaledNumber(text, scale) as WholeNumber
        const expected = rescale(parseExact(text), scale)
        expect(BigInt(scaled), text).toBe(expected.unscaled)
        expect(isCanonical(scaled)).toBe(true)
        expect(numberText(scaled, scale)).toBe(formatExact(expected))
      }),
      { numRuns: 3000 },
    )
  })

  test.each(['9007199254740991', '9007199254740993', '-9007199254740993', '9999999999999999', '90071992547409.93'])(
    'F5 %s is exact at the edge of what a double holds',
    (text) => {
      const scale = text.includes('.') ? 2 : 0
      expect(numberText(scaledNumber(text, scale) as WholeNumber, scale)).toBe(text)
    },
  )

  test('a text is no number exactly where exact arithmetic finds none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'019.-+e '), maxLength: 18 }), (text) => {
        let isNumber = true
        try {
          parseExact(text)
        } catch {
          isNumber = false
        }
        expect(scaledNumber(text, 2) !== undefined).toBe(isNumber)
      }),
      { numRuns: 2000 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareExact, divide, type Exact, formatExact, negate, parseExact, plus, rescale } from './decimal.ts'

const exact = fc.record(
  { unscaled: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), scale: fc.nat(12) },
  { noNullPrototype: true },
)
const nonZero = exact.filter(({ unscaled }) => unscaled !== 0n)
const power = (n: number): bigint => 10n ** BigInt(n)
const magnitude = (n: bigint): bigint => (n < 0n ? -n : n)
/** Both numbers over one denominator. */
const aligned = (a: Exact, b: Exact): [bigint, bigint] => [a.unscaled * power(b.scale), b.unscaled * power(a.scale)]

describe('F5 decimal text', () => {
  test.each([
    ['0', { unscaled: 0n, scale: 0 }],
    ['-0.00', { unscaled: 0n, scale: 2 }],
    ['12.50', { unscaled: 1250n, scale: 2 }],
    ['-0.05', { unscaled: -5n, scale: 2 }],
    ['007', { unscaled: 7n, scale: 0 }],
    ['9007199254740993', { unscaled: 9007199254740993n, scale: 0 }],
  ])('%s is read', (text, value) => {
    expect(parseExact(text)).toStrictEqual(value)
  })

  test.each(['', '-', '.5', '5.', '+5', '1e5', '1,5', ' 5', '5 ', '5\n', '0x10', '٣', 'NaN', 'Infinity', '-Infinity'])(
    '%j is refused',
    (text) => {
      expect(() => parseExact(text)).toThrow(RangeError)
    },
  )

  test.each([
    [{ unscaled: 5n, scale: 0 }, '5'],
    [{ unscaled: 5n, scale: 2 }, '0.05'],
    [{ unscaled: -5n, scale: 2 }, '-0.05'],
    [{ unscaled: 0n, scale: 2 }, '0.00'],
    [{ unscaled: -1250n, scale: 2 }, '-12.50'],
    [{ unscaled: 123n, scale: 3 }, '0.123'],
  ])('%o is written as %s', (value, text) => {
    expect(formatExact(value)).toBe(text)
  })

  test('what is written is read as the same number', () => {
    fc.assert(
      fc.property(exact, (value) => {
        expect(parseExact(formatExact(value))).toStrictEqual(value)
      }),
    )
  })
})

describe('F5 rounding', () => {
  test.each([
    ['1', '3', 4, '0.3333'],
    ['2', '3', 4, '0.6667'],
    ['-2', '3', 4, '-0.6667'],
    ['1', '8', 2, '0.13'],
    ['-1', '8', 2, '-0.13'],
    ['1', '-8', 2, '-0.13'],
    ['5', '2', 0, '3'],
    ['-5', '2', 0, '-3'],
    ['0', '7', 2, '0.00'],
    ['0.10', '0.4', 1, '0.3'],
    ['1', '0.00025', 0, '4000'],
    ['12345678901234567890.5', '1', 0, '12345678901234567891'],
  ])('%s / %s at scale %i is %s', (over, under, scale, result) => {
    expect(formatExact(divide(parseExact(over), parseExact(under), scale))).toBe(result)
  })

  test('a quotient is the nearest number of its scale, and of two as near the one further from zero', () => {
    fc.assert(
      fc.property(exact, nonZero, fc.nat(12), (over, under, scale) => {
        const rounded = divide(over, under, scale)
        expect(rounded.scale).toBe(scale)
        const [dividend, divisor] = aligned(over, under)
        const remainder = dividend * power(scale) - rounded.unscaled * divisor
        const distance = 2n * magnitude(remainder)
        expect(distance <= magnitude(divisor)).toBe(true)
        if (distance === magnitude(divisor)) {
          expect(magnitude(rounded.unscaled * divisor) > magnitude(dividend * power(scale))).toBe(true)
        }
      }),
    )
  })

  test('halves, which random numbers hardly ever meet, go away from zero', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 1, max: 12 }), (whole, scale) => {
        const half = { unscaled: whole * power(scale) + (whole < 0n ? -5n : 5n) * power(scale - 1), scale }
        expect(rescale(half, 0).unscaled).toBe(whole < 0n ? whole - 1n : whole + 1n)
      }),
    )
  })

  test('more digits do not change the number', () => {
    fc.assert(
      fc.property(exact, fc.nat(12), (value, more) => {
        const wider = rescale(value, value.scale + more)
        expect(wider.scale).toBe(value.scale + more)
        expect(compareExact(wider, value)).toBe(0)
      }),
    )
  })
})

describe('F5 arithmetic', () => {
  test('a sum has the digits of the finer number, and no error', () => {
    fc.assert(
      fc.property(exact, exact, (a, b) => {
        const sum = plus(a, b)
        expect(sum.scale).toBe(Math.max(a.scale, b.scale))
        const [x, y] = aligned(a, b)
        expect(sum.unscaled * power(a.scale + b.scale - sum.scale)).toBe(x + y)
        expect(plus(sum, negate(b))).toStrictEqual(rescale(a, sum.scale))
      }),
    )
  })

  test('order is that of the numbers, whatever their digits', () => {
    expect(compareExact(parseExact('1.0'), parseExact('1.00'))).toBe(0)
    expect(compareExact(parseExact('-1.01'), parseExact('-1.0'))).toBe(-1)
    fc.assert(
      fc.property(exact, exact, (a, b) => {
        const [x, y] = aligned(a, b)
        expect(compareExact(a, b)).toBe(x < y ? -1 : x > y ? 1 : 0)
      }),
    )
  })
})

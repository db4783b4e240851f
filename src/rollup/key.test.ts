import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareText } from '../report/compare-text.ts'
import { refusedAbove, refusedBelow, type Value } from './image.ts'
import {
  dimensionOf,
  dimensionSegment,
  orderedInteger,
  orderedIntegerOf,
  orderedReal,
  orderedRealOf,
  segment,
  segmentsOf,
} from './key.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\u0001', '\u0002', '\u0003', '\u0011', '\u0012', 'a', '\uffff', '\u{10ffff}') }),
)
const sign = (number: number): number => Math.sign(number)

describe('a sort key', () => {
  test('F5 T6 its segments are read again, whatever characters they have', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        expect(segmentsOf(texts.map(segment).join(''))).toEqual(texts)
      }),
    )
  })

  test('F5 sorts by its segments one after the other, each by bytes', () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 2, maxLength: 2 }),
        fc.array(text, { minLength: 2, maxLength: 2 }),
        (a, b) => {
          const expected = compareText(a[0] as string, b[0] as string) || compareText(a[1] as string, b[1] as string)
          expect(sign(compareText(a.map(segment).join(''), b.map(segment).join('')))).toBe(sign(expected))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('F5 a dimension’s value is read again: null, text that looks like it, refused values', () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.constantFrom<Value>(null, 'n', 'r-', 'r+', '', refusedBelow, refusedAbove)),
        (value) => {
          const [segmentText = ''] = segmentsOf(dimensionSegment(value))
          expect(dimensionOf(segmentText)).toBe(value)
        },
      ),
    )
  })

  test('F5 whole numbers of any size keep their order, and are read again', () => {
    const integer = fc.oneof(
      fc.bigInt({ min: -20n, max: 20n }),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
      fc.tuple(fc.nat(1200), fc.constantFrom(1n, -1n)).map(([digits, factor]) => factor * 10n ** BigInt(digits)),
    )
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        expect(orderedIntegerOf(orderedInteger(a))).toBe(a)
        expect(sign(compareText(orderedInteger(a), orderedInteger(b)))).toBe(a < b ? -1 : a > b ? 1 : 0)
        if (Number.isSafeInteger(Number(a))) expect(orderedInteger(Number(a))).toBe(orderedInteger(a))
      }),
      { numRuns: 1000 },
    )
  })

  test('F5 doubles keep their order, and are read again', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    fc.assert(
      fc.property(double, double, (a, b) => {
        expect(orderedRealOf(orderedReal(a))).toBe(a)
        expect(sign(compareText(orderedReal(a), orderedReal(b)))).toBe(sign(a < b ? -1 : a > b ? 1 : 0))
      }),
      { numRuns: 1000 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareText } from './compare-text.ts'

describe('F5 text', () => {
  test('sorts by the bytes of UTF-8, as PostgreSQL’s COLLATE "C"', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'Z', 'é', '\uffff', '\ue000', '\u{10000}', '😀', ' ', '\x7f') })
    const point = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
    const any = fc.oneof(
      text,
      fc.array(point).map((points) => String.fromCodePoint(...points)),
    )
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
      { numRuns: 1000 },
    )
  })

  test('of the supplementary planes comes last, where UTF-16 would put it before', () => {
    expect(compareText('\u{10000}', '\uffff')).toBeGreaterThan(0)
    expect(['b', 'B', 'ab', 'a', '', 'ä', 'Z'].sort(compareText)).toEqual(['', 'B', 'Z', 'a', 'ab', 'b', 'ä'])
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareText } from '../../report/compare-text.ts'
import { splitKey, tailHash } from './long-key.ts'

/** Keys that are alike up to about where they are cut. */
const key = fc
  .tuple(
    fc.constantFrom('x', '🪵', 'x🪵'),
    fc.integer({ min: 0, max: 520 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
  )
  .map(([unit, times, rest]) => unit.repeat(times) + rest)

test('S2 a key is its head and its tail, and the order of heads and then of tails is that of keys', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const [one, two] = [splitKey(a), splitKey(b)]
      expect(one.head + one.tail).toBe(a)
      expect([...one.head].length).toBeLessThanOrEqual(512)
      const order = compareText(one.head, two.head) || compareText(one.tail, two.tail)
      expect(Math.sign(order)).toBe(Math.sign(compareText(a, b)))
    }),
    { numRuns: 2_000 },
  )
})

test('only the tail of a long key has a hash, and each its own', () => {
  expect(tailHash(splitKey('x'.repeat(512)).tail)).toBe('')
  expect(tailHash('a')).not.toBe(tailHash('b'))
})

import { expect, test } from 'vitest'
import { distinctOf } from './distinct.ts'
import { Random } from './random.ts'
import { zipfDraw } from './zipf.ts'

test('what was drawn whole is counted', () => {
  expect(distinctOf(100, 100, 37, 20)).toBe(37)
})

test('where nothing new came there is no more; where all was new there always is', () => {
  expect(distinctOf(1_000_000, 1_000, 30, 30)).toBe(30)
  expect(distinctOf(1_000_000, 1_000, 1_000, 500)).toBeCloseTo(1_000_000)
})

/** How many different ones there are among so many draws, and among the first half and quarter of them. */
function drawn(kinds: number, skew: number, draws: number): Map<number, number> {
  const [random, draw, seen] = [new Random(11), zipfDraw(kinds, skew), new Set<number>()]
  const found = new Map<number, number>()
  for (let at = 1; at <= draws; at++) {
    seen.add(draw(random))
    found.set(at, seen.size)
  }
  return found
}

test.each([
  [100_000, 1],
  [2_000, 1],
  [500, 0.5],
])('of %d kinds of skew %d it is never too few, and not many times too many', (kinds, skew) => {
  const found = drawn(kinds, skew, 40_000)
  const told = distinctOf(40_000, 4_000, found.get(4_000) as number, found.get(2_000) as number)
  const truth = found.get(40_000) as number
  expect(told).toBeGreaterThan(truth * 0.95)
  expect(told).toBeLessThan(truth * 3)
})

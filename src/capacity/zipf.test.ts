import { expect, test } from 'vitest'
import { Random } from './random.ts'
import { drawByShares, zipfShares } from './zipf.ts'

test('of skew 0 all have the same, of 1 the second has half as much as the first', () => {
  expect([...zipfShares(4, 0)]).toEqual([0.25, 0.25, 0.25, 0.25])
  const [first, second, third] = zipfShares(100, 1) as unknown as [number, number, number]
  expect(second / first).toBeCloseTo(1 / 2)
  expect(third / first).toBeCloseTo(1 / 3)
  expect(first).toBeCloseTo(0.1928, 4)
})

test('each is drawn as often as its share says', () => {
  const random = new Random(5)
  const draw = drawByShares([6, 0, 3, 1])
  const drawn = [0, 0, 0, 0]
  for (let at = 0; at < 10_000; at++) {
    const each = draw(random)
    drawn[each] = (drawn[each] as number) + 1
  }
  expect(drawn.map((each) => Math.round(each / 1_000))).toEqual([6, 0, 3, 1])
})

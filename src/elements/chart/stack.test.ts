import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stackValues } from './stack.ts'

test('what is above zero stands upward from it, what is below downward, and what is missing takes no room', () => {
  expect(
    stackValues([
      [1, -1, null],
      [2, 3, 4],
      [3, -2, 5],
    ]),
  ).toEqual([
    [[0, 1], [0, -1], null],
    [
      [1, 3],
      [0, 3],
      [0, 4],
    ],
    [
      [3, 6],
      [-1, -3],
      [4, 9],
    ],
  ])
})

test('each extent is as long as its value, and those of one side touch', () => {
  const values = fc.array(fc.option(fc.integer({ min: -1000, max: 1000 })), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(values, (slot) => {
      const extents = stackValues(slot.map((value) => [value])).map(([extent]) => extent ?? null)
      extents.forEach((extent, at) => {
        expect(extent === null ? null : extent[1] - extent[0]).toBe(slot[at])
      })
      const sum = (isUp: boolean) => slot.reduce<number>((all, v) => (v !== null && v >= 0 === isUp ? all + v : all), 0)
      const ends = extents.flatMap((extent) => (extent === null ? [] : [extent[1]]))
      expect(Math.max(0, ...ends)).toBe(sum(true))
      expect(Math.min(0, ...ends)).toBe(sum(false))
    }),
  )
})

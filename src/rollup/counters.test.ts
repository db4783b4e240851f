import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Counters } from './counters.ts'
import { wholeNumber } from './whole-number.ts'

const amount = fc.oneof(
  fc.bigInt({ min: -5n, max: 5n }),
  fc.bigInt({ min: 2n ** 52n - 3n, max: 2n ** 52n }),
  fc.bigInt({ min: 2n ** 52n - 2n, max: 2n ** 53n + 2n }),
  fc.bigInt({ min: -(2n ** 53n) - 2n, max: -(2n ** 52n) + 2n }),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
)
const addition = fc.record({ key: fc.constantFrom('a', 'b', ''), at: fc.nat(4), amount })

const sums = (counters: Counters): Record<string, bigint[]> =>
  Object.fromEntries(Array.from(counters, ({ sort, by }) => [sort, by]))

describe('counters', () => {
  test('F5 sums of numbers of any size are exact', () => {
    fc.assert(
      fc.property(fc.array(addition, { maxLength: 30 }), (additions) => {
        const counters = new Counters()
        const expected: Record<string, bigint[]> = {}
        for (const { key, at, amount } of additions) {
          counters.add(counters.at('p', key), at, wholeNumber(amount))
          const vector = expected[`p${key}`] ?? []
          expected[`p${key}`] = vector
          for (let i = vector.length; i <= at; i++) vector.push(0n)
          vector[at] = (vector[at] as bigint) + amount
        }
        for (const [key, vector] of Object.entries(expected)) {
          while (vector.at(-1) === 0n) vector.pop()
          if (vector.length === 0) delete expected[key]
        }
        expect(sums(counters)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('F2 what nets to zero is left out, also past what a double holds', () => {
    const counters = new Counters()
    const vector = counters.at('p', 'k')
    for (const value of [2 ** 52, 2 ** 52, 2 ** 52, 2n ** 90n]) counters.add(vector, 1, value)
    for (const value of [-(2 ** 52), -(2n ** 90n), -(2n ** 53n)]) counters.add(vector, 1, value)
    expect(counters.size).toBe(1)
    expect([...counters]).toEqual([])
  })

  test('F5 small numbers are summed past what a double holds', () => {
    const counters = new Counters()
    for (const value of [2 ** 52, 2 ** 52 - 1, 2 ** 52, 2 ** 52]) counters.add(counters.at('p', 'k'), 0, value)
    expect([...counters]).toEqual([{ sort: 'pk', by: [2n ** 54n - 1n] }])
  })

  test('numbers are those of a vector up to its last one that is not zero', () => {
    const counters = new Counters()
    counters.add(counters.at('p', 'k'), 2, 5)
    counters.add(counters.at('p', 'k'), 6, 1)
    counters.add(counters.at('p', 'k'), 6, -1)
    expect([...counters]).toEqual([{ sort: 'pk', by: [0n, 0n, 5n] }])
  })

  test('their memory is told, and is free again once they are cleared', () => {
    const counters = new Counters()
    for (let i = 0; i < 1000; i++) counters.add(counters.at('p', `key ${i}`), 3, 1)
    expect(counters.size).toBe(1000)
    expect(counters.bytes).toBeGreaterThan(1000 * 100)
    const before = counters.bytes
    counters.add(counters.at('p', 'key 1'), 3, 1)
    expect(counters.bytes).toBe(before)
    counters.clear()
    expect([counters.size, counters.bytes, [...counters]]).toEqual([0, 0, []])
  })
})

import { expect, test } from 'vitest'
import { Random } from './random.ts'

const draws = 20_000
const mean = (draw: (random: Random) => number, seed = 7): number => {
  const random = new Random(seed, 'test')
  let sum = 0
  for (let at = 0; at < draws; at++) sum += draw(random)
  return sum / draws
}

test('the same seed and parts give the same numbers, others others', () => {
  const of = (...parts: (string | number)[]) => {
    const random = new Random(3, ...parts)
    return [random.next(), random.next(), random.next()]
  }
  expect(of('finding', 1)).toEqual(of('finding', 1))
  expect(of('finding', 1)).not.toEqual(of('finding', 2))
})

test.each([0.01, 0.7, 5, 200])('as many come on average as are said: %d', (wanted) => {
  expect(mean((random) => random.poisson(wanted)) / wanted).toBeCloseTo(1, 0)
  // Four times the deviation of a mean of so many draws.
  expect(Math.abs(mean((random) => random.poisson(wanted)) - wanted)).toBeLessThan(4 * Math.sqrt(wanted / draws))
})

test.each([0.01, 0.7, 1.9, 5])('at least one comes, and as many as Poisson has where there is one: %d', (wanted) => {
  const random = new Random(1)
  for (let at = 0; at < 1_000; at++) expect(random.poissonAboveZero(wanted)).toBeGreaterThan(0)
  const expected = wanted / -Math.expm1(-wanted)
  expect(Math.abs(mean((each) => each.poissonAboveZero(wanted)) - expected)).toBeLessThan(0.06)
})

test('what happens every so often takes so long on average', () => {
  expect(Math.abs(mean((random) => random.exponential(14)) - 14)).toBeLessThan((4 * 14) / Math.sqrt(draws))
})

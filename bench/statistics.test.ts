import { expect, test } from 'vitest'
import { median, middle, quantile } from './statistics.ts'

test('a quantile lies between its neighbours, whatever the order of the values', () => {
  const values = [40, 10, 30, 20]
  expect(quantile(values, 0)).toBe(10)
  expect(quantile(values, 0.5)).toBe(25)
  expect(quantile(values, 0.95)).toBeCloseTo(38.5)
  expect(quantile(values, 1)).toBe(40)
  expect(values).toEqual([40, 10, 30, 20])
})

test('numbers are ordered as numbers', () => {
  expect(median([9, 100, 80])).toBe(80)
})

test('the middle half', () => {
  expect(middle([1, 2, 3, 4, 5])).toEqual({ median: 3, low: 2, high: 4 })
})

test('of no values there is no quantile', () => {
  expect(median([])).toBeNaN()
})

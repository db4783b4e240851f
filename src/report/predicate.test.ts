import { expect, test } from 'vitest'
import { atLeast, below, between, not } from './predicate.ts'

test('a test is data', () => {
  expect(not('a')).toEqual({ test: 'not', values: ['a'] })
  expect(not(['a', 'b'])).toEqual({ test: 'not', values: ['a', 'b'] })
  expect(not(null)).toEqual({ test: 'not', values: [null] })
  expect(atLeast('1')).toEqual({ test: 'range', atLeast: '1' })
  expect(below('2')).toEqual({ test: 'range', below: '2' })
  expect(between('1', '2')).toEqual({ test: 'range', atLeast: '1', below: '2' })
})

import { expect, test } from 'vitest'
import { parseDuration } from './duration.ts'

test.each([
  ['1s', 1],
  ['60s', 60],
  ['5m', 300],
  ['2h', 7200],
  ['400d', 34_560_000],
])('%s has %i seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})

test.each([
  '',
  '60',
  's',
  '0s',
  '-5m',
  '1.5h',
  '5 m',
  '5M',
  '1w',
  '5ms',
  '5m\n',
  '9999999999s',
  60 as never,
  undefined,
])('%j is no duration', (text) => {
  expect(() => parseDuration(text as string)).toThrow(RangeError)
})

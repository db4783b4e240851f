import { expect, test } from 'vitest'
import { bytesOfItem, bytesOfNumber } from './dynamodb-bytes.ts'

test.each([
  ['0', 1],
  ['7', 2],
  ['27', 2],
  ['100', 2],
  ['-27', 3],
  ['12345', 4],
  ['120', 3],
  ['1230000', 3],
])('the number %s has %d bytes', (text, bytes) => {
  expect(bytesOfNumber(text)).toBe(bytes)
})

test('an item is its names and values, in UTF-8', () => {
  expect(bytesOfItem({ pk: { S: 'straße' }, n: { N: '12' } })).toBe(2 + 7 + 1 + 2)
  expect(bytesOfItem({ l: { L: [{ N: '12' }, { S: 'ab' }] } })).toBe(1 + 3 + (1 + 2) + (1 + 2))
})

import { expect, test } from 'vitest'
import { recurringText } from './recurring-text.ts'

const utf8 = (bytes: Buffer, at: number, length: number) => bytes.toString('utf8', at, at + length)

test('values of all lengths are read as they are, however often and in whatever order they come', () => {
  const read = recurringText(utf8)
  const values = Array.from(
    { length: 20_000 },
    (_, n) => 'grüße €'.repeat(n % 6).slice(n % 3) + (n * 7919).toString(36),
  )
  const wrong = [...values, ...values, ...values.slice(0, 100), ...values.slice(0, 100)].filter((value) => {
    const bytes = Buffer.from(`<${value}>`)
    return read(bytes, 1, bytes.length - 2) !== value
  })
  expect(wrong).toEqual([])
  expect(read(Buffer.from(''), 0, 0)).toBe('')
})

test('values that differ in one bit, or only in their lengths, are told apart', () => {
  const read = recurringText(utf8)
  for (const one of ['a', 'b', 'ab', 'ba', 'a\0', '\0', '\0\0', 'abc', 'abd', 'ab']) {
    expect(read(Buffer.from(one), 0, one.length)).toBe(one)
  }
})

test('what recurs is read once', () => {
  let count = 0
  const read = recurringText((...value) => {
    count++
    return utf8(...value)
  })
  for (let n = 0; n < 100; n++) read(Buffer.from(`x${n % 4}`), 0, 2)
  expect(count).toBe(4)
})

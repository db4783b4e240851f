import { expect, test } from 'vitest'
import { bytesText } from './bytes-text.ts'

test.each([
  [0, '0 bytes'],
  [-5, '0 bytes'],
  [1023, '1023 bytes'],
  [1536, '1.5 kB'],
  [10 * 1024, '10 kB'],
  [5 * 1024 ** 3, '5.0 GB'],
  [2000 * 1024 ** 4, '2000 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

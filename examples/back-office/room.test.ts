import { expect, test } from 'vitest'
import { lackFor } from './room.ts'

test('what cannot be loaded is told before anything is started', () => {
  expect(lackFor(Number.NaN)).toMatch(/whole number/)
  expect(lackFor(1_500.5)).toMatch(/whole number/)
  expect(lackFor(10)).toMatch(/1000 at least/)
  expect(lackFor(1e9)).toMatch(/^The databases need about 1003\.0 GB in .*, where [\d.]+ GB are free\. Set TMPDIR /)
})

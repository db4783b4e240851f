import { expect, test } from 'vitest'
import { durationText, freshnessText, tookText } from './freshness-text.ts'

test('how current an answer is, and how far behind', () => {
  const asOf = '2026-11-01T09:30:00.123456Z'
  expect(freshnessText({ asOf, lagSeconds: 0.2 })).toBe('as of 2026-11-01 09:30:00.123 UTC (0.2 s behind)')
  expect(freshnessText({ asOf: '2026-11-01T09:30:00Z', lagSeconds: 200 })).toBe(
    'as of 2026-11-01 09:30:00.000 UTC (3 min 20 s behind)',
  )
  expect(freshnessText({ asOf, lagSeconds: null })).toBe('as of 2026-11-01 09:30:00.123 UTC')
  expect(freshnessText({ asOf: null, lagSeconds: null })).toBe('how current it is cannot be told yet')
})

test.each([
  [0, '0.0 s'],
  [59.94, '59.9 s'],
  [59.96, '1 min 0 s'],
  [3599.6, '1 h 0 min'],
  [90_061, '25 h 1 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})

test('what took long is said in seconds', () => {
  expect([tookText(3.14), tookText(999.94), tookText(1250)]).toEqual(['3.1 ms', '999.9 ms', '1.25 s'])
})

import { expect, test } from 'vitest'
import { nearest, suggestion } from './nearest.ts'

const names = ['booking-summary', 'booking-comparison', 'active-vulnerabilities']

test.each([
  ['booking-sumary', 'booking-summary'],
  ['Booking-Summary', 'booking-summary'],
  ['bookings-comparison', 'booking-comparison'],
  ['active-vulnerabilites', 'active-vulnerabilities'],
  ['revenue', undefined],
  ['', undefined],
])('%j probably means %j', (name, meant) => {
  expect(nearest(name, names)).toBe(meant)
})

test('a suggestion is the nearest name, or else those that there are', () => {
  expect(suggestion('bokking-summary', names)).toBe('did you mean "booking-summary"?')
  expect(suggestion('x', names)).toBe('there is booking-summary, booking-comparison, active-vulnerabilities')
  expect(suggestion('x', [])).toBe('there is none')
  const many = Array.from({ length: 40 }, (_, at) => `tenant-with-number-${at}`)
  expect(suggestion('x', many)).toMatch(/^there is tenant-with-number-0, .*tenant-with-number-11 and 28 more$/)
})

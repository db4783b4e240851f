import { expect, test } from 'vitest'
import { refusalOf } from '../../test/report/refusal.ts'
import { assertName, memberFault } from './name.ts'

test.each(['a', 'bookings', 'booking-comparison', 'top-10', 'a'.repeat(63)])('%s names a report', (name) => {
  expect(refusalOf(() => assertName('report', name))).toBeUndefined()
})

test.each([
  '',
  'Bookings',
  'booking_comparison',
  '10-top',
  'a--b',
  '-a',
  'a-',
  'a b',
  'a/b',
  'ä',
  'a\n',
  'a'.repeat(64),
])('%j does not name a report', (name) => {
  expect(refusalOf(() => assertName('report', name))).toBe(
    `REPORT_INVALID: report "${name}": a name is lower-case words joined by hyphens, at most 63 characters`,
  )
})

test('a report without a name is refused, though "undefined" would be one', () => {
  expect(refusalOf(() => assertName('report', undefined as never))).toContain('report "undefined": a name is')
})

test.each(['n', 'revenueGrowth', 'top_10', 'größe', 'a'.repeat(63)])('%s names a column', (name) => {
  expect(memberFault(name)).toBeUndefined()
})

test.each(['', '1st', '_x', '$x', 'a-b', 'a b', 'a.b', 'a\n', 'a'.repeat(64)])('%j does not name a column', (name) => {
  expect(memberFault(name)).toBe('a name is a letter, then letters, digits and underscores, at most 63 characters')
})

test('what every JavaScript object has names no column', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
    expect(memberFault(name), name).toContain('every JavaScript object has a member of that name')
  }
  expect(memberFault('__proto__')).toBeDefined()
})

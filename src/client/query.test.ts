import { expect, test } from 'vitest'
import { queryOf } from './query.ts'

test('values stand by their names, several by repeating it', () => {
  expect(queryOf({ from: '2026-11-01', n: 3, exploited: false, group: ['a b', 'ü&='] })).toBe(
    'from=2026-11-01&n=3&exploited=false&group=a+b&group=%C3%BC%26%3D',
  )
  expect(queryOf({})).toBe('')
  expect(queryOf({ group: undefined })).toBe('')
})

test.each([
  ['no value', { group: null }],
  ['no value among others', { group: ['a', null] }],
  ['a list of none, which is not the same as no filter', { group: [] }],
  ['more than a proxy lets through', { group: 'x'.repeat(5_000) }],
])('a query string cannot say %s', (_, given) => {
  expect(queryOf(given)).toBeUndefined()
})

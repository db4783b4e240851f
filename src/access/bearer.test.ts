import { expect, test } from 'vitest'
import { bearerToken } from './bearer.ts'

test.each(['Bearer a.b-c_d', 'bearer a.b-c_d', 'BEARER   a.b-c_d'])('%j holds a token', (authorization) => {
  expect(bearerToken({ headers: { authorization } })).toBe('a.b-c_d')
})

test.each<[string | readonly string[]]>([
  [''],
  ['Bearer'],
  ['Bearer '],
  ['Bearer a b'],
  ['Bearer a, Bearer b'],
  ['Basic YTpi'],
  ['a.b.c'],
  [' Bearer a'],
  ['Bearer a\n'],
  ['Bearer ä'],
  [['Bearer a', 'Bearer b']],
  [['Bearer a']],
  [[]],
])('%j does not', (authorization) => {
  expect(() => bearerToken({ headers: { authorization } })).toThrow(
    expect.objectContaining({
      code: 'UNAUTHENTICATED',
      detail: 'the Authorization header is not one Bearer token',
    }),
  )
})

test('a request without the header has none, whatever other headers say', () => {
  const headers = { cookie: 'authorization=Bearer a', 'x-authorization': 'Bearer a' }
  expect(() => bearerToken({ headers })).toThrow(
    expect.objectContaining({ code: 'UNAUTHENTICATED', detail: 'no Authorization header' }),
  )
})

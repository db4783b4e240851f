import { expect, test } from 'vitest'
import { listOf, permissionsOf } from './permissions.ts'

test.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  ['a b', ['a', 'b']],
  [' a  b ', ['a', 'b']],
  ['', []],
  [[], []],
  [[''], []],
  [['two words'], ['two words']],
  [undefined, []],
  [null, []],
  [7, undefined],
  [{ a: true }, undefined],
  [['a', 7], undefined],
])('the list of %j is %j', (claim, list) => {
  expect(listOf(claim)).toEqual(list)
})

test('a role gives its permissions, besides those given by name', () => {
  const grants = { accountant: ['invoices.read', 'bookings.read'], guest: [] }
  expect(permissionsOf(['bookings.read'], ['accountant', 'guest'], grants)).toEqual(
    new Set(['bookings.read', 'invoices.read']),
  )
})

test.each(['__proto__', 'constructor', 'toString', 'Accountant', 'accountant '])(
  'T7 the role %j, which is not listed, gives nothing',
  (role) => {
    expect(permissionsOf([], [role], { accountant: ['invoices.read'] })).toEqual(new Set())
  },
)

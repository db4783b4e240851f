import fc from 'fast-check'
import { expect, test } from 'vitest'
import { activeFindings, bookingsBetween, revenueByChannel } from '../../test/http/sample-catalog.ts'
import { givenIn, namesOf, refuseUnknownNames } from './parameters.ts'

test('a name given once is a text, and one that is repeated is a list', () => {
  expect({ ...givenIn('a=1&b=x+y%2B&a=2&c=') }).toEqual({ a: ['1', '2'], b: 'x y+', c: '' })
  expect({ ...givenIn('') }).toEqual({})
})

test('what is written as a query string is read back, whatever the names and values', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 })
  const pairs = fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })))
  fc.assert(
    fc.property(pairs, (pairs) => {
      const given = givenIn(pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&'))
      expect(new Set(Object.keys(given))).toEqual(new Set(pairs.map(([name]) => name)))
      for (const [name] of pairs)
        expect([given[name]].flat()).toEqual(pairs.filter(([other]) => other === name).map(([, value]) => value))
    }),
  )
})

test.each(['a=%FF', 'a=%C3%28', '%', 'a=%ED%A0%80'])(
  '%s is refused, since it would arrive as another text',
  (query) => {
    expect(() => givenIn(query)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
  },
)

test('a name that every object has is a name like any other', () => {
  const given = givenIn('__proto__=1&constructor=2&toString=3')
  expect(Object.keys(given)).toEqual(['__proto__', 'constructor', 'toString'])
  expect(givenIn('').constructor).toBeUndefined()
  expect(givenIn('').toString).toBeUndefined()
})

test('the names that a report takes are those of its periods, its filters and its parameters', () => {
  expect([...namesOf(bookingsBetween)]).toEqual(['from', 'to', 'status'])
  expect([...namesOf(activeFindings)]).toEqual(activeFindings.filters)
  expect([...namesOf(revenueByChannel)]).toEqual(['from', 'to', 'least', 'status'])
})

test.each([bookingsBetween, revenueByChannel, activeFindings])(
  'T1 $name takes no tenant, nor any other unknown name',
  (report) => {
    for (const name of ['tenant', 'tenantId', 'tenant_id', 'schema', '__proto__', 'constructor'])
      expect(() => refuseUnknownNames(report, namesOf(report), givenIn(`${name}=globex`))).toThrow(
        expect.objectContaining({ code: 'PARAMETER_INVALID', detail: expect.not.stringContaining('globex') }),
      )
  },
)

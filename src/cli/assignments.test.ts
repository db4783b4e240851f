import { expect, test } from 'vitest'
import { attributesBy, givenBy } from './assignments.ts'

test('a parameter is a value; a name that is repeated, a list', () => {
  expect(givenBy([])).toEqual({})
  expect(givenBy(['from=2026-01-01', 'text=a=b', 'none='])).toEqual({ from: '2026-01-01', text: 'a=b', none: '' })
  expect(givenBy(['channel=app', 'channel=web', 'channel=app'])).toEqual({ channel: ['app', 'web', 'app'] })
})

test('an attribute is a list', () => {
  expect(attributesBy(['groups=a,b', 'groups=c', 'site=x'])).toEqual({ groups: ['a', 'b', 'c'], site: ['x'] })
})

test('a name that every object has is a name like another', () => {
  expect(Object.hasOwn(givenBy(['constructor=1']), 'constructor')).toBe(true)
  expect(Object.hasOwn(givenBy(['__proto__=1']), '__proto__')).toBe(true)
})

test.each([['from'], ['=x'], ['']])('%j is no assignment', (given) => {
  expect(() => givenBy([given])).toThrow(expect.objectContaining({ code: 'COMMAND_INVALID' }))
  expect(() => attributesBy([given])).toThrow(
    expect.objectContaining({ detail: expect.stringContaining('--attribute') }),
  )
})

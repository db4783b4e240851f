import { describe, expect, test } from 'vitest'
import { findings } from '../../test/report/sources.ts'
import { atLeast, below, between, not } from './predicate.ts'
import { columnsOfSource } from './reading.ts'
import { resolveWhere } from './resolve-where.ts'

const columns = columnsOfSource(findings)
const resolved = (where: Readonly<Record<string, unknown>>) =>
  resolveWhere(columns, where).map(({ column, ...test }) => ({ [column.property]: test }))

describe('a condition', () => {
  test.each<[string, unknown, object]>([
    ['a value', 'high', { test: 'in', values: ['high'], orNull: false }],
    ['one of several', ['high', 'low'], { test: 'in', values: ['high', 'low'], orNull: false }],
    ['one of none', [], { test: 'in', values: [], orNull: false }],
    ['not a value', not('high'), { test: 'notIn', values: ['high'], norNull: false }],
    ['none of several', not(['high', 'low']), { test: 'notIn', values: ['high', 'low'], norNull: false }],
    ['not listed', 'other', { test: 'in', values: ['other'], orNull: false }],
  ])('may be %s', (_, condition, expected) => {
    expect(resolved({ severity: condition })).toEqual([{ severity: expected }])
  })

  test.each<[string, unknown, object]>([
    ['null', null, { test: 'in', values: [], orNull: true }],
    ['a value or null', ['7', null], { test: 'in', values: ['7.0'], orNull: true }],
    ['a value at all', not(null), { test: 'notIn', values: [], norNull: true }],
    ['neither a value nor null', not(['7', null]), { test: 'notIn', values: ['7.0'], norNull: true }],
    ['at least', atLeast('7'), { test: 'range', atLeast: '7.0' }],
    ['below', below('9.5'), { test: 'range', below: '9.5' }],
    ['from, included, to, excluded', between('7', '9'), { test: 'range', atLeast: '7.0', below: '9.0' }],
  ])('of a nullable column may be %s', (_, condition, expected) => {
    expect(resolved({ cvss: condition })).toEqual([{ cvss: expected }])
  })

  test('F5 has its values as canonical text', () => {
    expect(
      resolved({
        exploited: true,
        attempts: 3,
        firstSeenAt: atLeast('2026-11-01T01:00:00+01:00'),
        scan: '6F9619FF-8B86-D011-B42D-00CF4FC964FF',
      }),
    ).toEqual([
      { exploited: { test: 'in', values: ['true'], orNull: false } },
      { attempts: { test: 'in', values: ['3'], orNull: false } },
      { firstSeenAt: { test: 'range', atLeast: '2026-11-01T00:00:00Z' } },
      { scan: { test: 'in', values: ['6f9619ff-8b86-d011-b42d-00cf4fc964ff'], orNull: false } },
    ])
  })

  test('that is undefined is none', () => {
    expect(resolved({ severity: undefined, asset: 'a' })).toEqual([
      { asset: { test: 'in', values: ['a'], orNull: false } },
    ])
  })

  test.each<[string, unknown]>([
    ['severity', 'hihg'],
    ['severity', not('hihg')],
    ['severity', ['high', 'hihg']],
    ['cvss', '7.05'],
    ['cvss', between('7', 'x')],
    ['cvss', atLeast(null)],
    ['exploited', 'yes'],
    ['firstSeenAt', '2026-11-01'],
    ['asset', ['a', undefined]],
    ['asset', {}],
  ])('of %s refuses %o', (property, condition) => {
    expect(() => resolved({ [property]: condition })).toThrow(RangeError)
  })
})

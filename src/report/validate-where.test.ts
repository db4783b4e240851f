import { describe, expect, test } from 'vitest'
import { refusalWith } from '../../test/report/definition.ts'
import { count } from './measure.ts'
import { atLeast, below, between, not } from './predicate.ts'

const level = 'expected one of critical, high, low, other'

describe('a condition that no row could meet as it is meant is refused', () => {
  test.each<[object, string]>([
    [{ sverity: 'high' }, 'sverity: the source has no such column'],
    [{ toString: 'high' }, 'toString: the source has no such column'],
    [{ severity: 'hihg' }, `severity: ${level}`],
    [{ severity: ['high', 'hihg'] }, `severity: ${level}`],
    [{ severity: not('hihg') }, `severity: ${level}`],
    [{ attempts: 'many' }, 'attempts: expected a whole number of 32 bits'],
    [{ attempts: 1.5 }, 'attempts: expected a whole number of 32 bits'],
    [{ cvss: '7.25' }, 'cvss: expected a decimal number with at most 1 digits after the point'],
    [{ cvss: atLeast('high') }, 'cvss: expected a decimal number with at most 1 digits after the point'],
    [{ asset: 5 }, 'asset: expected text'],
    [{ firstSeenAt: atLeast('2026-01-01') }, 'firstSeenAt: expected an instant as ISO 8601 with its offset'],
    [{ foundOn: between('2026-01-01', '2026-02-30') }, 'foundOn: expected a day as YYYY-MM-DD'],
    [{ severity: null }, 'severity: the column is never null'],
    [{ severity: ['high', null] }, 'severity: the column is never null'],
    [{ severity: atLeast('high') }, 'severity: enum has no order to lie in a range of'],
    [{ exploited: below(true) }, 'exploited: boolean has no order to lie in a range of'],
    [{ scan: atLeast('6f9619ff-8b86-d011-b42d-00cf4fc964ff') }, 'scan: uuid has no order to lie in a range of'],
    [{ cvss: atLeast(undefined) }, 'cvss: a bound is undefined'],
    [{ cvss: between('1', undefined) }, 'cvss: a bound is undefined'],
    [{ cvss: { test: 'range' } }, 'cvss: a bound is undefined'],
    [{ cvss: { test: 'like', values: ['7'] } }, 'cvss: expected a value, a list, or a test'],
    [{ asset: { equals: 'a' } }, 'asset: expected text'],
  ])('%o', (where, message) => {
    expect(refusalWith({ where })).toBe(`where.${message}`)
    expect(refusalWith({ measures: { n: count({ where: where as never }) } })).toBe(`measures.n.where.${message}`)
  })

  test.each<[object]>([
    [{}],
    [{ severity: 'other' }],
    [{ severity: undefined }],
    [{ severity: not(['low', 'other']), resolvedAt: null }],
    [{ cvss: ['7', null] }],
    [{ cvss: not(null) }],
    [{ severity: not(null) }],
    [{ asset: [] }],
    [{ asset: between('a', 'b'), weight: below(0.5), attempts: atLeast(3), id: below('9007199254740993') }],
    [{ exploited: false, scan: '6f9619ff-8b86-d011-b42d-00cf4fc964ff' }],
    [{ firstSeenAt: between('2026-01-01T00:00:00Z', '2026-02-01T00:00:00+01:00'), foundOn: below('2026-01-01') }],
  ])('but not %o', (where) => {
    expect(refusalWith({ where })).toBeUndefined()
    expect(refusalWith({ measures: { n: count({ where: where as never }) } })).toBeUndefined()
  })
})

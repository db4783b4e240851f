import { describe, expect, test } from 'vitest'
import { refusalWith } from '../../test/report/definition.ts'
import { refusalOf } from '../../test/report/refusal.ts'
import { findings } from '../../test/report/sources.ts'
import { count } from './measure.ts'
import { lastDays } from './period.ts'
import { type ReportDefinition, report } from './report.ts'

const base = { name: 'x', permission: 'p', from: findings, measures: { n: count() } } as const

describe('a report', () => {
  test('needs no more than a name, a permission, a source and a measure', () => {
    expect(report(base)).toEqual({
      ...base,
      node: 'report',
      where: {},
      dimensions: {},
      lookup: {},
      derive: {},
      filters: [],
      restrict: {},
      order: {},
    })
    expect(Object.isFrozen(report(base))).toBe(true)
  })

  test('that looks at time does so in the tenant’s zone, unless told', () => {
    const column = findings.firstSeenAt
    expect(report({ ...base, time: { column }, period: lastDays(1) }).time).toEqual({ column, timeZone: 'tenant' })
    const own = report({ ...base, time: { column, timeZone: 'UTC' }, period: lastDays(1) })
    expect(own.time).toEqual({ column, timeZone: 'UTC' })
    const measures = { n: count({ at: column }) }
    expect(report({ ...base, measures, period: lastDays(1) }).time).toEqual({ timeZone: 'tenant' })
  })

  test('may leave a member undefined', () => {
    const members = { where: undefined, dimensions: undefined, order: undefined, time: undefined, limit: undefined }
    expect(report({ ...base, ...members } as never as typeof base)).toEqual(report(base))
    const time = { column: findings.firstSeenAt, timeZone: undefined } as never
    expect((report({ ...base, time, period: lastDays(1) }) as ReportDefinition).time?.timeZone).toBe('tenant')
  })

  const shapeless = 'expected an object, whose members are named'
  const permission = 'permission: expected the name of the permission that reading takes'
  const age = 'freshWithin: expected a duration such as "60s", "5m", "2h" or "400d"'

  test.each<[string, object, string]>([
    ['without a permission', { permission: undefined }, permission],
    ['with a blank permission', { permission: ' ' }, permission],
    ['with several permissions', { permission: ['a'] }, permission],
    ['without a source', { from: undefined }, 'from: expected a source'],
    ['of a column', { from: findings.asset }, 'from: expected a source'],
    ['with an age that has no unit', { freshWithin: '60' }, age],
    ['with an age that is a number', { freshWithin: 60 }, age],
    [
      'with a misspelt restriction (T7: it would be none)',
      { restricts: { a: 'b' } },
      'restricts: a report has no such member',
    ],
    ['with a statement', { sql: 'select 1' }, 'sql: a report has no such member'],
    ['with no measure', { measures: {} }, 'measures: a report has at least one measure'],
    ['without measures', { measures: undefined }, `measures: ${shapeless}`],
    ['with a list of measures', { measures: [count()] }, `measures: ${shapeless}`],
    ['with a condition in words', { where: 'severity' }, `where: ${shapeless}`],
    ['with a list of dimensions', { dimensions: ['severity'] }, `dimensions: ${shapeless}`],
    ['with a list of restrictions', { restrict: ['group'] }, `restrict: ${shapeless}`],
    ['with null for an order', { order: null }, `order: ${shapeless}`],
  ])('%s is refused', (_, members, message) => {
    expect(refusalWith(members)).toBe(message)
  })

  test.each(['', 'Active', 'active_vulnerabilities', 'a/b', 'a'.repeat(64), undefined])(
    'named %j is refused',
    (name) => {
      expect(refusalOf(() => report({ ...base, name: name as string }))).toBe(
        `REPORT_INVALID: report "${name}": a name is lower-case words joined by hyphens, at most 63 characters`,
      )
    },
  )

  test('takes every member that it may have', () => {
    expect(
      refusalWith({
        title: { en: 'A', de: 'B' },
        description: 'C',
        freshWithin: '60s',
        where: { severity: 'high' },
        dimensions: { group: findings.assetGroup },
        time: { column: findings.firstSeenAt, grain: 'day', timeZone: 'tenant' },
        period: lastDays(30),
        filters: ['group'],
        restrict: { group: 'groups' },
        order: { time: 'asc', group: 'desc' },
        limit: 10,
        retain: '30d',
      }),
    ).toBeUndefined()
  })
})

import { describe, expect, test } from 'vitest'
import { readingAt } from '../../test/report/reading.ts'
import { refusalOf } from '../../test/report/refusal.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import { count } from './measure.ts'
import { given, lastDays, month, toDate } from './period.ts'
import { not } from './predicate.ts'
import { conditionsOf, parametersOf, periodsOf, selected, timeColumnOf } from './reading.ts'
import { report } from './report.ts'

const base = { name: 'x', permission: 'p', from: findings, measures: { n: count() } } as const
const column = findings.firstSeenAt
const tests = (...args: Parameters<typeof readingAt>) =>
  readingAt(...args).tests.map(({ column, ...test }) => [column.property, test])
const isIn = (...values: string[]) => ({ test: 'in', values, orNull: false })

describe('the period of a reading', () => {
  const trend = report({ ...base, time: { column }, period: lastDays(2) })

  test('is of the tenant’s days', () => {
    const now = '2026-11-21T23:30:00Z'
    expect(readingAt(trend, { now }).periods).toEqual([
      { name: undefined, days: { from: '2026-11-20', to: '2026-11-22' } },
    ])
    expect(readingAt(trend, { now, timeZone: 'Europe/Berlin' })).toMatchObject({
      timeZone: 'Europe/Berlin',
      periods: [{ name: undefined, days: { from: '2026-11-21', to: '2026-11-23' } }],
    })
  })

  test('is of the report’s own zone, where it names one', () => {
    const own = report({ ...base, time: { column, timeZone: 'Asia/Kolkata' }, period: lastDays(1) })
    expect(readingAt(own, { now: '2026-11-21T23:30:00Z', timeZone: 'Europe/Berlin' })).toMatchObject({
      timeZone: 'Asia/Kolkata',
      periods: [{ days: { from: '2026-11-22', to: '2026-11-23' } }],
    })
  })

  test('is all of time without one', () => {
    expect(readingAt(report(base))).toMatchObject({ timeZone: 'UTC', periods: [{ name: undefined, days: undefined }] })
    expect(periodsOf(report(base))).toEqual([{ name: undefined, period: undefined }])
  })

  test('of a comparison is several, by name and in their order', () => {
    const comparison = report({
      ...base,
      time: { column },
      period: { current: month(), previous: toDate(month(-1)) },
    })
    expect(readingAt(comparison).periods).toEqual([
      { name: 'current', days: { from: '2026-11-01', to: '2026-12-01' } },
      { name: 'previous', days: { from: '2026-10-01', to: '2026-10-22' } },
    ])
  })
})

describe('a period that the reader gives', () => {
  const asked = report({ ...base, time: { column }, period: given('from', 'to') })
  const reads = (given: object) => () => readingAt(asked, { given: given as never })

  test('goes from the first day, included, to the second, excluded', () => {
    expect(parametersOf(asked)).toEqual(['from', 'to'])
    expect(reads({ from: '2026-01-01', to: '2026-01-02' })().periods).toEqual([
      { name: undefined, days: { from: '2026-01-01', to: '2026-01-02' } },
    ])
  })

  test.each<[string, object, string]>([
    ['nothing', {}, '"from" is missing: a day as YYYY-MM-DD'],
    ['one day alone', { from: '2026-01-01' }, '"to" is missing: a day as YYYY-MM-DD'],
    ['no day', { from: 'yesterday', to: '2026-01-02' }, '"from": expected a day as YYYY-MM-DD'],
    ['a day that does not exist', { from: '2026-01-01', to: '2026-02-30' }, '"to": expected a day as YYYY-MM-DD'],
    ['null', { from: null, to: '2026-01-02' }, '"from": expected a day as YYYY-MM-DD'],
    ['a list', { from: ['2026-01-01'], to: '2026-01-02' }, '"from": expected a day as YYYY-MM-DD'],
    [
      'an empty range',
      { from: '2026-01-01', to: '2026-01-01' },
      '"to" must be later than "from", and is itself left out',
    ],
    [
      'a range backward',
      { from: '2026-01-02', to: '2026-01-01' },
      '"to" must be later than "from", and is itself left out',
    ],
    [
      'an unknown parameter',
      { from: '2026-01-01', to: '2026-01-02', form: 'x' },
      'report "x" has no such parameter or filter; it takes from, to',
    ],
  ])('is refused: %s', (_, given, detail) => {
    expect(refusalOf(reads(given))).toBe(`PARAMETER_INVALID: ${detail}`)
  })

  test('may share a day with another, which is then asked for once', () => {
    const comparison = report({
      ...base,
      time: { column },
      period: { before: given('start', 'turn'), after: given('turn', 'end') },
    })
    expect(parametersOf(comparison)).toEqual(['start', 'turn', 'end'])
    const days = { start: '2026-01-01', turn: '2026-02-01', end: '2026-03-01' }
    expect(readingAt(comparison, { given: days }).periods).toEqual([
      { name: 'before', days: { from: '2026-01-01', to: '2026-02-01' } },
      { name: 'after', days: { from: '2026-02-01', to: '2026-03-01' } },
    ])
  })

  test('may not look back further than the report retains: not past what lastDays of as many would', () => {
    const retained = report({ ...base, time: { column }, period: given('from', 'to'), retain: '30d' })
    const reads = (from: string, now: string) => () => readingAt(retained, { given: { from, to: '2026-11-30' }, now })
    const first = readingAt(report({ ...base, time: { column }, period: lastDays(30) })).periods[0]?.days?.from
    expect(first).toBe('2026-10-23')
    expect(refusalOf(reads('2026-10-23', '2026-11-21T00:00:00Z'))).toBeUndefined()
    expect(refusalOf(reads('2026-10-22', '2026-11-21T00:00:00Z'))).toBe(
      'PARAMETER_INVALID: "from" must not be before 2026-10-23',
    )
    expect(refusalOf(reads('2026-10-23', '2026-11-22T00:00:00Z'))).toBe(
      'PARAMETER_INVALID: "from" must not be before 2026-10-24',
    )
    for (const retain of ['12h', '24h', '47h']) {
      const brief = report({ ...base, time: { column }, period: given('from', 'to'), retain })
      const reads = (from: string) => () => readingAt(brief, { given: { from, to: '2026-11-30' } })
      expect(refusalOf(reads('2026-11-21'))).toBeUndefined()
      expect(refusalOf(reads('2026-11-20'))).toBe('PARAMETER_INVALID: "from" must not be before 2026-11-21')
    }
  })
})

describe('the tests of a reading', () => {
  const filtered = report({
    ...base,
    where: { resolvedAt: null },
    dimensions: { group: findings.assetGroup, level: findings.severity },
    filters: ['group', 'level', 'asset', 'attempts'],
  })

  test('begin with the report’s own condition', () => {
    expect(tests(filtered)).toEqual([['resolvedAt', { test: 'in', values: [], orNull: true }]])
    expect(tests(report({ ...base, where: { severity: not('low') } }))).toEqual([
      ['severity', { test: 'notIn', values: ['low'], norNull: false }],
    ])
  })

  test('narrow by dimensions and columns, to one value or several', () => {
    expect(tests(filtered, { given: { group: 'web', level: ['high', 'other'], attempts: '03' } }).slice(1)).toEqual([
      ['assetGroup', isIn('web')],
      ['severity', isIn('high', 'other')],
      ['attempts', isIn('3')],
    ])
  })

  test('leave out a filter that is undefined, and let an empty list hold for no row', () => {
    expect(tests(filtered, { given: { group: undefined, asset: [] } }).slice(1)).toEqual([['asset', isIn()]])
  })

  test('take null for a column that may be null, and for no other', () => {
    expect(tests(filtered, { given: { group: null } })[1]).toEqual(['assetGroup', { ...isIn(), orNull: true }])
    expect(tests(filtered, { given: { group: ['web', null] } })[1]).toEqual([
      'assetGroup',
      { ...isIn('web'), orNull: true },
    ])
    expect(refusalOf(() => tests(filtered, { given: { asset: null } }))).toBe(
      'PARAMETER_INVALID: "asset": expected text',
    )
  })

  test.each<[object, string]>([
    [{ level: 'hihg' }, '"level": expected one of critical, high, low, other'],
    [{ level: ['high', 'hihg'] }, '"level": expected one of critical, high, low, other'],
    [{ attempts: 'many' }, '"attempts": expected a whole number of 32 bits'],
    [{ cvss: '7' }, 'report "x" has no such parameter or filter; it takes group, level, asset, attempts'],
    [{ assetGroup: 'web' }, 'report "x" has no such parameter or filter; it takes group, level, asset, attempts'],
  ])('refuse %j', (given, detail) => {
    expect(refusalOf(() => tests(filtered, { given: given as never }))).toBe(`PARAMETER_INVALID: ${detail}`)
  })

  test('refuse whatever a report without filters is given', () => {
    expect(refusalOf(() => tests(report(base), { given: { group: 'web' } }))).toBe(
      'PARAMETER_INVALID: report "x" has no such parameter or filter; it takes none',
    )
  })
})

describe('T7 a restriction', () => {
  const restricted = report({
    ...base,
    dimensions: { group: findings.assetGroup },
    filters: ['group'],
    restrict: { group: 'groups', attempts: 'levels' },
  })
  const allowed = (attributes: Readonly<Record<string, readonly string[]>>) => tests(restricted, { attributes })

  test('allows the values of the viewer’s attribute', () => {
    expect(allowed({ groups: ['web', 'mail'], levels: ['1'] })).toEqual([
      ['assetGroup', isIn('web', 'mail')],
      ['attempts', isIn('1')],
    ])
  })

  test('allows no row without the attribute, with an empty one, or with one that every object has', () => {
    const none = [
      ['assetGroup', isIn()],
      ['attempts', isIn()],
    ]
    expect(allowed({})).toEqual(none)
    expect(allowed({ groups: [], levels: [] })).toEqual(none)
    const inherited = report({ ...base, restrict: { asset: 'constructor' } })
    expect(tests(inherited)).toEqual([['asset', isIn()]])
  })

  test('ignores values that the column cannot hold', () => {
    expect(allowed({ groups: ['web'], levels: ['all', '2', '99999999999'] })[1]).toEqual(['attempts', isIn('2')])
  })

  test('stands beside what the reader asks for, and is not replaced by it', () => {
    expect(tests(restricted, { given: { group: 'mail' }, attributes: { groups: ['web'] } })).toEqual([
      ['assetGroup', isIn('web')],
      ['attempts', isIn()],
      ['assetGroup', isIn('mail')],
    ])
  })

  test('holds for the options of a filter too', () => {
    expect(conditionsOf(restricted, { groups: ['web'] }).map(({ column }) => column.property)).toEqual([
      'assetGroup',
      'attempts',
    ])
  })
})

test('a name stands for a dimension first, then for a column', () => {
  const definition = report({ ...base, dimensions: { asset: findings.assetGroup } })
  expect(selected(definition, 'asset')).toBe(findings.assetGroup)
  expect(selected(definition, 'attempts')).toBe(findings.attempts)
})

test('a measure falls into periods by its own time column, else by the report’s', () => {
  const definition = report({
    ...base,
    from: bookings,
    time: { column: bookings.bookedOn },
    period: month(),
    measures: { booked: count(), arriving: count({ at: bookings.arrivesAt }) },
  })
  expect(timeColumnOf(definition, 'booked')).toBe(bookings.bookedOn)
  expect(timeColumnOf(definition, 'arriving')).toBe(bookings.arrivesAt)
  expect(timeColumnOf(report(base), 'n')).toBeUndefined()
})

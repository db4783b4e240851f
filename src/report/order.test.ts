import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readingAt } from '../../test/report/reading.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import type { Draft, Labels } from './answer.ts'
import { parseExact } from './decimal.ts'
import { ratio } from './derived.ts'
import { lookup } from './lookup.ts'
import { avg, count, max, min, sum } from './measure.ts'
import { draftOrder } from './order.ts'
import { given, month } from './period.ts'
import { type ReportDefinition, report } from './report.ts'
import type { MeasureValue } from './state.ts'

interface Row {
  readonly dimensions?: (string | null)[]
  readonly times?: (string | null)[]
  readonly measures?: Record<string, MeasureValue[]>
  readonly derived?: Record<string, MeasureValue[]>
}

/** The rows in the order of a report's answer. */
function sorted(definition: ReportDefinition, rows: readonly Row[], labels: Labels = {}, asked: object = {}): Row[] {
  const reading = readingAt(definition, asked)
  const times = reading.periods.map(() => null)
  const drafts = rows.map((row): Draft & { row: Row } => ({
    dimensions: [],
    times,
    measures: {},
    derived: {},
    ...row,
    row,
  }))
  return drafts.sort(draftOrder(reading, labels)).map((draft) => (draft as (typeof drafts)[number]).row)
}

const numbers = (...texts: (string | null)[]): Row[] =>
  texts.map((text) => ({ measures: { n: [text === null ? null : parseExact(text)] } }))
const base = { name: 'x', permission: 'p', from: findings } as const

describe('rows sort', () => {
  test.each([
    ['asc', ['-1', '2', '10', null, null]],
    ['desc', ['10', '2', '-1', null, null]],
  ] as const)('by an exact number %s, nulls last', (direction, expected) => {
    const definition = report({ ...base, measures: { n: sum(findings.cvss) }, order: { n: direction } })
    expect(sorted(definition, numbers('2', null, '10', '-1', null))).toEqual(numbers(...expected))
  })

  test('by numbers of different digits as by equal ones', () => {
    const definition = report({
      ...base,
      dimensions: { asset: findings.asset },
      measures: { n: avg(findings.cvss) },
      order: { n: 'asc' },
    })
    const row = (asset: string, n: string): Row => ({ dimensions: [asset], measures: { n: [parseExact(n)] } })
    expect(sorted(definition, [row('c', '1.00'), row('a', '1.0'), row('b', '0.999')])).toEqual([
      row('b', '0.999'),
      row('a', '1.0'),
      row('c', '1.00'),
    ])
  })

  test('by several keys in their order', () => {
    const definition = report({
      ...base,
      dimensions: { severity: findings.severity, asset: findings.asset },
      measures: { n: count() },
      order: { severity: 'desc', asset: 'desc' },
    })
    const rows = [
      ['high', 'a'],
      ['low', 'a'],
      ['high', 'b'],
    ].map((dimensions): Row => ({ dimensions }))
    expect(sorted(definition, rows).map(({ dimensions }) => dimensions?.join(' '))).toEqual([
      'low a',
      'high b',
      'high a',
    ])
  })

  test('without keys by the dimensions, whatever the order in which the engine gives them', () => {
    const definition = report({
      ...base,
      dimensions: { severity: findings.severity, attempts: findings.attempts },
      measures: { n: count() },
    })
    const ordered = [
      ['critical', '2'],
      ['critical', '10'],
      ['critical', null],
      ['high', '-1'],
      ['low', '1'],
      ['other', '1'],
      [null, '1'],
    ].map((dimensions): Row => ({ dimensions }))
    fc.assert(
      fc.property(fc.shuffledSubarray(ordered, { minLength: ordered.length }), (rows) => {
        expect(sorted(definition, rows)).toEqual(ordered)
      }),
    )
  })

  test.each([
    ['an enum by its declaration, the unlisted last', findings.severity, ['critical', 'high', 'low', 'other', null]],
    ['whole numbers by size', findings.id, ['-10', '-9', '9', '10', '9007199254740993', '9007199254740994', null]],
    ['decimals by size', findings.cvss, ['-1.5', '0.0', '9.9', '10.0', null]],
    ['floats by size', findings.weight, ['-1.5', '1e-05', '0.5', '1e+21', null]],
    ['instants by time', findings.firstSeenAt, ['-5', '9', '10', null]],
    ['days by time', findings.foundOn, ['2025-12-31', '2026-01-01', null]],
    ['false before true', findings.exploited, ['false', 'true', null]],
    ['text by bytes', findings.asset, ['', 'B', 'a', 'ä', '\uffff', '\u{10000}', null]],
  ])('%s', (_, column, ordered) => {
    const rows = ordered.map((value): Row => ({ dimensions: [value] }))
    const nullsLast = [...rows.slice(0, -1).reverse(), rows.at(-1) as Row]
    const by = (order: object) => report({ ...base, dimensions: { d: column }, measures: { n: count() }, ...order })
    expect(sorted(by({}), [...rows].reverse())).toEqual(rows)
    expect(sorted(by({ order: { d: 'desc' } }), rows)).toEqual(nullsLast)
  })

  test('an earliest or latest instant by time, though the digits of its second vary', () => {
    const definition = report({ ...base, measures: { n: max(findings.firstSeenAt) }, order: { n: 'asc' } })
    const ordered = ['12:30:00Z', '12:30:00.05Z', '12:30:00.5Z', '12:30:00.51Z', '12:30:01Z'].map(
      (time): Row => ({ measures: { n: [`2026-11-21T${time}`] } }),
    )
    expect(sorted(definition, [...ordered].reverse())).toEqual(ordered)
  })

  test('a least text by bytes, and a least float by size', () => {
    const definition = (of: typeof findings.asset | typeof findings.weight) =>
      report({ ...base, measures: { n: min(of) }, order: { n: 'asc' } })
    const rows = (...values: (string | number)[]) => values.map((value): Row => ({ measures: { n: [value] } }))
    expect(sorted(definition(findings.asset), rows('ä', 'b', 'B'))).toEqual(rows('B', 'b', 'ä'))
    expect(sorted(definition(findings.weight), rows(10, 9, -1))).toEqual(rows(-1, 9, 10))
  })

  test('by a derived value, and by a label', () => {
    const definition = report({
      ...base,
      dimensions: { group: findings.asset },
      lookup: { group: lookup(findings, 'asset', 'tenantId') },
      measures: { n: count(), m: count() },
      derive: { r: ratio('n', 'm') },
      order: { r: 'desc', groupLabel: 'asc' },
    })
    const row = (group: string | null, r: string): Row => ({ dimensions: [group], derived: { r: [parseExact(r)] } })
    const labels = {
      group: new Map([
        ['a', 'Zulu'],
        ['b', 'Alpha'],
        ['', 'Empty'],
      ]),
    }
    expect(
      sorted(definition, [row(null, '1'), row('a', '1'), row('b', '1'), row('', '1'), row('c', '2')], labels),
    ).toEqual([row('c', '2'), row('b', '1'), row('', '1'), row('a', '1'), row(null, '1')])
  })

  test('by a measure whose name only looks like a label', () => {
    const definition = report({
      ...base,
      dimensions: { group: findings.asset },
      measures: { groupLabel: count() },
      order: { groupLabel: 'desc' },
    })
    const row = (group: string, n: string): Row => ({ dimensions: [group], measures: { groupLabel: [parseExact(n)] } })
    expect(sorted(definition, [row('a', '1'), row('b', '2')])).toEqual([row('b', '2'), row('a', '1')])
  })

  test('by time first and then by the dimensions, where nothing else is said', () => {
    const definition = report({
      ...base,
      dimensions: { severity: findings.severity },
      time: { column: findings.firstSeenAt, grain: 'hour' },
      measures: { n: count() },
    })
    const row = (time: string, severity: string): Row => ({ times: [time], dimensions: [severity] })
    expect(sorted(definition, [row('1000', 'critical'), row('999', 'low'), row('999', 'critical')])).toEqual([
      row('999', 'critical'),
      row('999', 'low'),
      row('1000', 'critical'),
    ])
  })

  test('in a comparison by the first period', () => {
    const definition = report({
      ...base,
      from: bookings,
      time: { column: bookings.bookedOn },
      period: { current: month(), previous: month(-1) },
      measures: { n: count() },
      order: { n: 'asc' },
    })
    const row = (current: string, previous: string): Row => ({
      measures: { n: [parseExact(current), parseExact(previous)] },
    })
    expect(sorted(definition, [row('2', '1'), row('1', '2')])).toEqual([row('1', '2'), row('2', '1')])
  })

  test.each([
    ['asc', ['29', '30', '31']],
    ['desc', ['31', '30', '29']],
  ] as const)('by time %s also past the end of a shorter first period', (direction, days) => {
    const definition = report({
      ...base,
      from: bookings,
      dimensions: { status: bookings.status },
      time: { column: bookings.bookedOn, grain: 'day' },
      period: { a: given('a1', 'a2'), b: given('b1', 'b2') },
      measures: { n: count() },
      order: { time: direction },
    })
    const asked = { given: { a1: '2026-02-01', a2: '2026-03-01', b1: '2026-01-01', b2: '2026-02-01' } }
    const row = (time: string | null, other: string, status: string): Row => ({
      times: [time, other],
      dimensions: [status],
    })
    const tail = days.flatMap((day) => ['kept', 'canceled'].map((status) => row(null, `2026-01-${day}`, status)))
    const rows = [...tail, row('2026-02-28', '2026-01-28', 'kept')]
    expect(sorted(definition, [...rows].reverse(), {}, asked)).toEqual([rows.at(-1), ...tail])
  })
})

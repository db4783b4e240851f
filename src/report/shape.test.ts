import { describe, expect, test } from 'vitest'
import { bookings, findings, groups } from '../../test/report/sources.ts'
import { date, decimal, enumOf, integer, nullable } from './column.ts'
import { growth, ratio, runningTotal, share } from './derived.ts'
import { add, elapsed, subtract, times } from './expression.ts'
import { lookup } from './lookup.ts'
import { avg, count, countDistinct, type Measure, max, min, sum } from './measure.ts'
import { lastDays, month } from './period.ts'
import { report } from './report.ts'
import { shapeOf } from './shape.ts'
import { bySchema, source } from './source.ts'
import { sql } from './sql.ts'
import { sqlReport } from './sql-report.ts'

const base = { name: 'x', permission: 'p', from: findings } as const

describe('the columns of an answer', () => {
  test('are dimensions, labels, time, measures and derived values, in this order', () => {
    const definition = report({
      ...base,
      dimensions: { group: findings.assetGroup, severity: findings.severity },
      lookup: { group: lookup(groups, 'id', 'name') },
      time: { column: findings.firstSeenAt, grain: 'day' },
      period: lastDays(7),
      measures: { n: count(), worst: max(findings.cvss) },
      derive: { part: share('n'), total: runningTotal({ add: 'n' }) },
    })
    expect(shapeOf(definition)).toEqual([
      { name: 'group', role: 'dimension', kind: 'text', nullable: true },
      { name: 'groupLabel', role: 'label', kind: 'text', nullable: true },
      {
        name: 'severity',
        role: 'dimension',
        kind: 'enum',
        nullable: false,
        values: [{ value: 'critical' }, { value: 'high' }, { value: 'low' }, { value: 'other' }],
      },
      { name: 'time', role: 'time', kind: 'date', nullable: false, grain: 'day' },
      { name: 'n', role: 'measure', kind: 'integer', nullable: false },
      { name: 'worst', role: 'measure', kind: 'decimal', scale: 1, nullable: true, better: 'lower' },
      { name: 'part', role: 'derived', kind: 'decimal', scale: 4, nullable: true, unit: 'percent' },
      { name: 'total', role: 'derived', kind: 'integer', nullable: false },
    ])
  })

  test('of a comparison name their periods, but for what spans them', () => {
    const definition = report({
      ...base,
      time: { column: findings.firstSeenAt, grain: 'hour' },
      period: { current: month(), previous: month(-1) },
      measures: { n: count() },
      derive: { gain: growth('n'), rate: ratio('n', 'n') },
    })
    const periods = ['current', 'previous']
    expect(shapeOf(definition)).toEqual([
      { name: 'time', role: 'time', kind: 'timestamp', nullable: true, grain: 'hour', periods },
      { name: 'n', role: 'measure', kind: 'integer', nullable: false, periods },
      { name: 'gain', role: 'derived', kind: 'decimal', scale: 4, nullable: true, unit: 'percent' },
      { name: 'rate', role: 'derived', kind: 'decimal', scale: 4, nullable: true, periods },
    ])
  })

  test('of a raw report are those of its row', () => {
    const raw = sqlReport({
      name: 'x',
      permission: 'p',
      row: { on: date({ label: 'Day' }), revenue: nullable(decimal({ scale: 2, currency: 'EUR' })) },
      sql: () => sql`select 1 from ${findings}`,
    })
    expect(shapeOf(raw)).toEqual([
      { name: 'on', role: 'column', kind: 'date', nullable: false, label: 'Day' },
      { name: 'revenue', role: 'column', kind: 'decimal', scale: 2, nullable: true, currency: 'EUR' },
    ])
  })

  test('carry the labels of an enum, `other` last unless it is listed', () => {
    const states = source('t', {
      columns: {
        id: integer(),
        state: enumOf({ on: { en: 'On', de: 'An' }, off: 'Off' }, { label: 'State', description: 'Where it is.' }),
        kind: enumOf('other', 'known'),
      },
      key: 'id',
      tenant: bySchema,
    })
    const { state, kind } = states
    const definition = report({ ...base, from: states, dimensions: { state, kind }, measures: { n: count() } })
    expect(shapeOf(definition).slice(0, 2)).toEqual([
      {
        name: 'state',
        role: 'dimension',
        kind: 'enum',
        nullable: false,
        label: 'State',
        description: 'Where it is.',
        values: [{ value: 'on', label: { en: 'On', de: 'An' } }, { value: 'off', label: 'Off' }, { value: 'other' }],
      },
      {
        name: 'kind',
        role: 'dimension',
        kind: 'enum',
        nullable: false,
        values: [{ value: 'other' }, { value: 'known' }],
      },
    ])
  })
})

describe('what a column says of its values', () => {
  const { rate, tax, nights, guest } = bookings
  const told = (measure: Measure) => {
    const [, shape] = shapeOf(report({ ...base, from: bookings, measures: { first: count(), m: measure } } as never))
    const { unit, currency, better } = shape as { unit?: string; currency?: string; better?: string }
    return { unit, currency, better }
  }
  const nothing = { unit: undefined, currency: undefined, better: undefined }

  test('is carried on by a measure that says nothing', () => {
    for (const measure of [sum(rate), avg(rate), min(rate), max(rate)])
      expect(told(measure)).toEqual({ ...nothing, currency: 'EUR', better: 'higher' })
    expect(told(sum(nights))).toEqual({ ...nothing, unit: 'day' })
  })

  test('gives way to what the measure says', () => {
    expect(told(sum(rate, { unit: 'night', better: 'lower' }))).toEqual({
      unit: 'night',
      currency: 'EUR',
      better: 'lower',
    })
    expect(told(sum(rate, { currency: 'EUR' }))).toMatchObject({ currency: 'EUR' })
  })

  test('is not what a count is of', () => {
    expect([told(count(rate)), told(countDistinct(rate)), told(count())]).toEqual([nothing, nothing, nothing])
    expect(told(max(guest))).toEqual(nothing)
  })

  test('is carried through arithmetic as far as it still holds', () => {
    expect(told(sum(times(rate, nights)))).toEqual({ ...nothing, currency: 'EUR' })
    expect(told(sum(add(rate, tax)))).toEqual({ ...nothing, currency: 'EUR' })
    expect(told(sum(subtract(times(rate, nights), 1)))).toEqual({ ...nothing, currency: 'EUR' })
    expect(told(sum(add(nights, 1)))).toEqual({ ...nothing, unit: 'day' })
    expect(told(sum(add(nights, bookings.id)))).toEqual(nothing)
    expect(told(sum(times(nights, 2)))).toEqual(nothing)
    const hours = elapsed(findings.firstSeenAt, findings.resolvedAt, 'hour')
    const [shape] = shapeOf(report({ ...base, measures: { hours: avg(hours) } }))
    expect(shape).toMatchObject({ unit: 'hour', kind: 'decimal', scale: 10 })
  })

  test('is not its label: a sum and a mean of one column must be told apart', () => {
    const labelled = source('t', {
      columns: { id: integer(), rate: decimal({ scale: 2, label: 'Rate', description: 'Per night.' }) },
      key: 'id',
      tenant: bySchema,
    })
    const [a, b] = shapeOf(
      report({
        ...base,
        from: labelled,
        measures: { a: sum(labelled.rate), b: avg(labelled.rate, { label: 'Mean rate' }) },
      }),
    )
    expect(a).not.toHaveProperty('label')
    expect(a).not.toHaveProperty('description')
    expect(b).toMatchObject({ label: 'Mean rate' })
  })

  test('is carried on by a running total, and by a ratio of money to something else', () => {
    const definition = report({
      ...base,
      from: bookings,
      time: { column: bookings.bookedOn },
      period: { current: month(), previous: month(-1) },
      measures: { revenue: sum(rate), taxes: sum(tax), nights: sum(nights) },
      derive: {
        total: runningTotal({ add: 'revenue' }),
        nightsTotal: runningTotal({ add: 'nights' }),
        named: runningTotal({ add: 'nights', unit: 'night' }),
        perNight: ratio('revenue', 'nights'),
        taxRate: ratio('taxes', 'revenue'),
        part: share('revenue'),
        gain: growth('revenue'),
      },
    })
    const told = shapeOf(definition).flatMap(({ name, role, unit, currency }) =>
      role === 'derived' ? [[name, unit, currency]] : [],
    )
    expect(told).toEqual([
      ['total', undefined, 'EUR'],
      ['nightsTotal', 'day', undefined],
      ['named', 'night', undefined],
      ['perNight', undefined, 'EUR'],
      ['taxRate', undefined, undefined],
      ['part', 'percent', undefined],
      ['gain', 'percent', undefined],
    ])
  })

  test('of a running total is in the widest of the types that it adds up', () => {
    const definition = report({
      ...base,
      from: bookings,
      time: { column: bookings.bookedOn },
      period: month(),
      measures: { n: count(), nights: sum(nights), revenue: sum(rate), fee: sum(times(rate, '0.125')) },
      derive: {
        a: runningTotal({ add: 'n', subtract: 'n' }),
        b: runningTotal({ add: 'n', subtract: 'nights' }),
        c: runningTotal({ add: 'n', subtract: 'revenue' }),
        d: runningTotal({ add: 'revenue', subtract: 'fee' }),
      },
    })
    expect(
      shapeOf(definition)
        .slice(4)
        .map(({ kind, scale }) => [kind, scale]),
    ).toEqual([
      ['integer', undefined],
      ['bigint', undefined],
      ['decimal', 2],
      ['decimal', 5],
    ])
  })
})

import { describe, expect, test } from 'vitest'
import { refusalWith } from '../../test/report/definition.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import { bigint, decimal, text } from './column.ts'
import { add, elapsed, subtract, times } from './expression.ts'
import { avg, count, countDistinct, max, min, percentile, sum } from './measure.ts'
import { source } from './source.ts'

const { asset, attempts, cvss, exploited, firstSeenAt, foundOn, id, resolvedAt, scan, severity, weight } = findings
const hours = elapsed(firstSeenAt, resolvedAt, 'hour')
const any = (value: unknown) => value as never
const floats = 'exact numbers; a float is never summed, since its sum depends on the order'

describe('a measure that cannot be measured is refused', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, ': expected a measure, such as count()'],
    ['a number', 1, ': expected a measure, such as count()'],
    ['another aggregate', { aggregate: 'median', of: cvss }, ': expected a measure, such as count()'],
    ['an inherited aggregate', { aggregate: 'toString', of: cvss }, ': expected a measure, such as count()'],
    ['a misspelt condition', count(any({ wher: { exploited: true } })), '.wher: a measure has no such member'],
    ['a condition that is null', count(any({ where: null })), '.where: expected an object, whose members are named'],
    ['a condition in words', count(any({ where: 'high' })), '.where: expected an object, whose members are named'],
    ['the sum of a float', sum(any(weight)), `: sum takes ${floats}`],
    ['the mean of a float', avg(any(weight)), `: avg takes ${floats}`],
    ['the sum of text', sum(any(asset)), `: sum takes ${floats}`],
    ['the sum of instants', sum(any(firstSeenAt)), `: sum takes ${floats}`],
    ['the sum of what is true', sum(any(exploited)), `: sum takes ${floats}`],
    ['the sum of a constant', sum(any(5)), `: sum takes ${floats}`],
    ['the sum of nothing', sum(any(undefined)), ': expected a column or arithmetic over columns'],
    ['the sum of null', sum(any(null)), ': expected a column or arithmetic over columns'],
    ['the percentile of a float', percentile(0.5, any(weight)), ': percentile takes exact numbers'],
    ['the percentile of days', percentile(0.5, any(foundOn)), ': percentile takes exact numbers'],
    ['the greatest of an enum', max(any(severity)), ': max takes numbers, times or text'],
    ['the least of what is true', min(any(exploited)), ': min takes numbers, times or text'],
    ['the least UUID', min(any(scan)), ': min takes numbers, times or text'],
    ['different constants', countDistinct(any('1')), ': countDistinct takes a column or arithmetic'],
    ['different nothings', countDistinct(any(undefined)), ': expected a column or arithmetic over columns'],
    ['a count of arithmetic', count(any(add(attempts, 1))), ': count takes rows, or a column'],
    ['a bad currency', sum(cvss, { currency: '€' }), '.currency: expected a code of ISO 4217, such as "EUR"'],
    ['a bad direction', sum(cvss, { better: any('up') }), '.better: expected "higher" or "lower"'],
  ])('%s', (_, n, message) => {
    expect(refusalWith({ measures: { n } })).toBe(`measures.n${message}`)
  })

  test.each([-1, 39, 1.5, Number.NaN, '2'])('a mean with %o digits', (scale) => {
    expect(refusalWith({ measures: { n: avg(cvss, { scale: any(scale) }) } })).toBe(
      'measures.n.scale: expected a whole number from 0 to 38',
    )
  })

  test.each([0, -0.5, 1.0001, 50, Number.NaN, Number.POSITIVE_INFINITY, '0.5', undefined])(
    'a percentile at %o',
    (fraction) => {
      expect(refusalWith({ measures: { n: percentile(any(fraction), cvss) } })).toBe(
        'measures.n.fraction: expected a number above 0, at most 1',
      )
    },
  )

  test.each([0, 31, 2.5, -1, 'none', null])('a percentile of %o digits', (digits) => {
    expect(refusalWith({ measures: { n: percentile(0.5, cvss, { digits: any(digits) }) } })).toBe(
      "measures.n.digits: expected a whole number from 1 to 30, or 'all'",
    )
  })

  test('but not one that can', () => {
    const measures = [
      count(),
      count(severity),
      countDistinct(weight),
      countDistinct(hours),
      sum(attempts),
      sum(id),
      sum(cvss),
      sum(hours),
      avg(cvss, { scale: 0 }),
      avg(cvss, { scale: 38 }),
      min(weight),
      max(asset),
      min(foundOn),
      max(hours),
      percentile(1, cvss),
      percentile(0.0001, hours, { digits: 1 }),
      percentile(0.5, cvss, { digits: 30 }),
      percentile(0.5, cvss, { digits: 'all' }),
    ]
    for (const n of measures) expect(refusalWith({ measures: { n } }), n.aggregate).toBeUndefined()
  })
})

describe('an operand that is not exact, or not of the source, is refused', () => {
  const sibling = source('finding', {
    columns: { id: bigint(), t: text(), score: decimal({ scale: 1 }) },
    key: 'id',
    tenant: 't',
  })
  const same = source('finding', {
    columns: {
      id: bigint(),
      tenantId: text(),
      cvss: decimal({ scale: 1 }),
      attempts: text(),
      asset: text({ column: 'a' }),
    },
    key: 'id',
    tenant: 'tenantId',
  })
  const elsewhere = (name: string, table = 'booking') =>
    `"${name}" of "${table}" is no column of the report's source "finding"`

  test.each<[string, unknown, string]>([
    ['a column of another table', bookings.nights, elsewhere('nights')],
    ['within arithmetic', add(attempts, any(bookings.nights)), elsewhere('nights')],
    ['within arithmetic within arithmetic', add(1, times(2, add(any(bookings.id), 1))), elsewhere('id')],
    ['within elapsed', elapsed(firstSeenAt, any(bookings.arrivesAt), 'hour'), elsewhere('arrivesAt')],
    ['a column that only another declaration has', sibling.score, elsewhere('score', 'finding')],
    ['of another kind in another declaration', same.attempts, elsewhere('attempts', 'finding')],
    ['of another name in another declaration', same.asset, elsewhere('asset', 'finding')],
    [
      'a fraction that is a float',
      times(cvss, 0.1),
      '0.1 is no exact constant: give a whole number, or a decimal as text',
    ],
    [
      'a number past 2^53',
      times(cvss, 2 ** 53),
      `${2 ** 53} is no exact constant: give a whole number, or a decimal as text`,
    ],
    ['no number', add(cvss, Number.NaN), 'NaN is no exact constant: give a whole number, or a decimal as text'],
    ['text that is no decimal', times(cvss, '1e3'), 'a constant as text is a plain decimal such as "0.25"'],
    ['text with a comma', times(cvss, '0,5'), 'a constant as text is a plain decimal such as "0.25"'],
    ['a very long constant', times(cvss, '1'.repeat(101)), 'a constant as text is a plain decimal such as "0.25"'],
    ['arithmetic with text', add(cvss, any(asset)), '"asset" is text, and arithmetic takes exact numbers'],
    ['arithmetic with a float', times(any(weight), 2), '"weight" is real, and arithmetic takes exact numbers'],
    [
      'arithmetic with an instant',
      subtract(any(firstSeenAt), 1),
      '"firstSeenAt" is timestamp, and arithmetic takes exact numbers',
    ],
    ['another operation', { node: 'divide', left: cvss, right: 2 }, 'expected a column or arithmetic over columns'],
    ['an object', {}, 'expected a column or arithmetic over columns'],
    [
      'elapsed between a day and an instant',
      elapsed(foundOn, firstSeenAt, 'day'),
      'elapsed takes two timestamps or two dates',
    ],
    ['elapsed between numbers', elapsed(any(cvss), any(cvss), 'day'), 'elapsed takes two timestamps or two dates'],
    ['elapsed from a constant', elapsed(any('2026-01-01'), foundOn, 'day'), 'elapsed takes two columns'],
    ['elapsed to nothing', elapsed(foundOn, any(undefined), 'day'), 'elapsed takes two columns'],
    ['elapsed in months', elapsed(foundOn, foundOn, any('month')), 'elapsed is told in second, minute, hour, day'],
    ['elapsed in nothing', elapsed(foundOn, foundOn, any(undefined)), 'elapsed is told in second, minute, hour, day'],
  ])('%s', (_, operand, message) => {
    expect(refusalWith({ measures: { n: sum(operand as never) } })).toBe(`measures.n: ${message}`)
  })

  test('but not exact constants, nor the same source declared a second time', () => {
    const operands = [
      times(cvss, '0.25'),
      times(cvss, -3),
      add('-0.5', attempts),
      same.cvss,
      elapsed(foundOn, foundOn, 'day'),
    ]
    for (const operand of operands) expect(refusalWith({ measures: { n: sum(operand as never) } })).toBeUndefined()
  })
})

describe('money of different currencies never adds up', () => {
  const { rate, tax, deposit, nights } = bookings
  const refusal = (measure: unknown) => refusalWith({ from: bookings, measures: { n: measure } })

  test.each<[string, unknown, string]>([
    ['a sum of both', sum(add(rate, deposit)), ': EUR and USD do not add up'],
    ['a difference', avg(subtract(deposit, rate)), ': USD and EUR do not add up'],
    ['deep in arithmetic', max(add(times(rate, nights), times(2, add(deposit, 1)))), ': EUR and USD do not add up'],
    ['a product', sum(times(rate, tax)), ': an amount of money times another is none'],
    [
      'a column told as another',
      sum(rate, { currency: 'USD' }),
      '.currency: the column holds EUR, which a report does not convert',
    ],
    [
      'arithmetic told as another',
      sum(times(rate, nights), { currency: 'CHF' }),
      '.currency: the column holds EUR, which a report does not convert',
    ],
  ])('%s', (_, measure, message) => {
    expect(refusal(measure)).toBe(`measures.n${message}`)
  })

  test('but of one currency it does', () => {
    for (const measure of [
      sum(add(rate, tax)),
      sum(add(rate, 1)),
      sum(times(rate, nights), { currency: 'EUR' }),
      sum(deposit),
    ])
      expect(refusal(measure)).toBeUndefined()
    expect(refusal(sum(nights, { currency: 'EUR' }))).toBeUndefined()
  })
})

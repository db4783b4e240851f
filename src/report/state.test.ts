import { describe, expect, test } from 'vitest'
import { bookings, findings } from '../../test/report/sources.ts'
import { parseExact } from './decimal.ts'
import { elapsed, times } from './expression.ts'
import { avg, count, countDistinct, type Measure, max, min, percentile, sum } from './measure.ts'
import { emptyValue, isMeasureNullable, measureType, measureValue, statesOf, writeValue } from './state.ts'

const { nights, rate, guest } = bookings
const { id, cvss, weight, asset, exploited, foundOn, firstSeenAt, resolvedAt } = findings
const hours = elapsed(firstSeenAt, resolvedAt, 'hour')

/** A measure's value in the answer, from what an engine gives. */
const written = (measure: Measure, ...states: (string | null)[]) =>
  writeValue(measureType(measure), measureValue(measure, states))

describe('the type of a measure', () => {
  test.each<[string, Measure, object, boolean]>([
    ['count()', count(), { kind: 'integer' }, false],
    ['count(column)', count(cvss), { kind: 'integer' }, false],
    ['countDistinct', countDistinct(asset), { kind: 'integer' }, false],
    ['sum of whole numbers', sum(nights), { kind: 'bigint' }, false],
    ['sum of 64 bits', sum(id), { kind: 'bigint' }, false],
    ['sum of decimals', sum(rate), { kind: 'decimal', scale: 2 }, false],
    ['sum of nullable decimals', sum(cvss), { kind: 'decimal', scale: 1 }, true],
    ['sum of arithmetic', sum(times(rate, '0.19')), { kind: 'decimal', scale: 4 }, false],
    ['sum of elapsed time', sum(hours), { kind: 'decimal', scale: 6 }, true],
    ['avg of whole numbers', avg(nights), { kind: 'decimal', scale: 4 }, true],
    ['avg of decimals', avg(rate), { kind: 'decimal', scale: 6 }, true],
    ['avg at a scale', avg(rate, { scale: 0 }), { kind: 'decimal', scale: 0 }, true],
    ['avg of elapsed time', avg(hours), { kind: 'decimal', scale: 10 }, true],
    ['min of days', min(foundOn), { kind: 'date' }, true],
    ['max of instants', max(firstSeenAt), { kind: 'timestamp' }, true],
    ['min of text', min(guest), { kind: 'text' }, true],
    ['max of floats', max(weight), { kind: 'real' }, true],
    ['min of arithmetic', min(times(nights, 2)), { kind: 'bigint' }, true],
    ['percentile', percentile(0.5, nights), { kind: 'integer' }, true],
  ])('%s', (_, measure, type, nullable) => {
    expect(measureType(measure)).toEqual(type)
    expect(isMeasureNullable(measure)).toBe(nullable)
  })
})

describe('what an engine gives of a measure', () => {
  test('is a sum and a count of a mean, and one value of everything else', () => {
    expect(statesOf(avg(rate))).toEqual(['sum', 'count'])
    expect([count(), count(cvss), countDistinct(asset)].map(statesOf)).toEqual([['count'], ['count'], ['count']])
    expect(statesOf(sum(rate))).toEqual(['sum'])
    for (const measure of [min(rate), max(rate), percentile(0.5, rate)]) expect(statesOf(measure)).toEqual(['value'])
  })

  test.each<[string, Measure, (string | null)[], unknown]>([
    ['count', count(), ['12'], 12],
    ['countDistinct', countDistinct(asset), ['0'], 0],
    ['sum of whole numbers', sum(nights), ['9007199254740993'], '9007199254740993'],
    ['sum of decimals', sum(rate), ['1234.5'], '1234.50'],
    ['sum of nothing', sum(rate), [null], '0.00'],
    ['sum of whole nothing', sum(nights), [null], '0'],
    ['sum where every value is null', sum(cvss), [null], null],
    ['sum of hours, from microseconds', sum(hours), ['5400000000'], '1.500000'],
    ['sum of hours, rounded', sum(hours), ['1800'], '0.000001'],
    ['sum of hours, rounded down', sum(hours), ['1799'], '0.000000'],
    ['sum of hours, from PostgreSQL’s text', sum(hours), ['-5400000000.000000'], '-1.500000'],
    ['avg', avg(nights), ['10', '4'], '2.5000'],
    ['avg, rounded', avg(nights), ['20', '3'], '6.6667'],
    ['avg, a half away from zero', avg(nights, { scale: 0 }), ['5', '2'], '3'],
    ['avg, a half below zero away from it', avg(nights, { scale: 0 }), ['-5', '2'], '-3'],
    ['avg of nothing', avg(rate), [null, '0'], null],
    ['avg of no value', avg(rate), ['0', '0'], null],
    ['avg of hours', avg(hours, { scale: 2 }), ['10800000000', '2'], '1.50'],
    ['avg of days', avg(elapsed(foundOn, foundOn, 'day'), { scale: 1 }), ['259200000000', '2'], '1.5'],
    ['min of decimals', min(cvss), ['7'], '7.0'],
    ['max of hours', max(hours), ['1.5'], '1.500000'],
    ['max of whole numbers', max(nights), ['7'], 7],
    ['max of 64 bits', max(id), ['9007199254740993'], '9007199254740993'],
    ['min of nothing', min(cvss), [null], null],
    ['min of text', min(asset), ['a'], 'a'],
    ['min of days', min(foundOn), ['2026-11-21'], '2026-11-21'],
    ['max of instants', max(firstSeenAt), ['1795264200500000'], '2026-11-21T12:30:00.5Z'],
    ['max of floats', max(weight), ['0.1'], 0.1],
    ['percentile of whole numbers', percentile(0.5, nights), ['1230'], 1230],
    ['percentile of decimals', percentile(0.95, rate), ['1230'], '1230.00'],
    ['countDistinct of what is true or false', countDistinct(exploited), ['2'], 2],
  ])('F5 %s', (_, measure, states, expected) => {
    expect(written(measure, ...states)).toStrictEqual(expected)
  })

  test('F5 a value without an exact figure is refused', () => {
    expect(() => written(sum(rate), 'NaN')).toThrow(RangeError)
    expect(() => written(avg(rate), 'Infinity', '1')).toThrow(RangeError)
    expect(() => written(max(weight), 'NaN')).toThrow(RangeError)
    expect(() => written(max(firstSeenAt), 'infinity')).toThrow(RangeError)
  })

  test('over no row at all is 0 of a count and of a sum that is never null, and null of the rest', () => {
    const empty = (measure: Measure) => writeValue(measureType(measure), emptyValue(measure))
    expect([count(), countDistinct(asset), sum(rate), sum(nights)].map(empty)).toEqual([0, 0, '0.00', '0'])
    expect([sum(cvss), avg(rate), min(rate), max(asset), percentile(0.5, rate)].map(empty)).toEqual(Array(5).fill(null))
  })
})

test('F5 a value is written with the digits of its type', () => {
  expect(writeValue({ kind: 'decimal', scale: 2 }, parseExact('1.005'))).toBe('1.01')
  expect(writeValue({ kind: 'bigint' }, parseExact('5'))).toBe('5')
  expect(writeValue({ kind: 'integer' }, parseExact('5'))).toBe(5)
  expect(writeValue({ kind: 'decimal', scale: 2 }, null)).toBeNull()
  expect([writeValue({ kind: 'text' }, 'a'), writeValue({ kind: 'real' }, 0.5)]).toEqual(['a', 0.5])
})

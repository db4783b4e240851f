import { describe, expect, test } from 'vitest'
import { refusalWith } from '../../test/report/definition.ts'
import { bookings, findings, groups } from '../../test/report/sources.ts'
import { ratio, share } from './derived.ts'
import { lookup } from './lookup.ts'
import { count } from './measure.ts'
import { lastDays } from './period.ts'

const { assetGroup, severity, firstSeenAt } = findings
const n = count()
const name = 'a name is a letter, then letters, digits and underscores, at most 63 characters'
const taken = 'the name is taken by the time of a row'

describe('a row with two columns of one name, or an impossible one, is refused', () => {
  test.each<[string, object, string]>([
    [
      'a dimension and a measure',
      { dimensions: { n: severity } },
      'measures.n: a row would have two columns called "n"',
    ],
    [
      'a measure and a derived value',
      { derive: { n: share('n') } },
      'derive.n: a row would have two columns called "n"',
    ],
    [
      'a dimension and a derived value',
      { dimensions: { d: severity }, derive: { d: share('n') } },
      'derive.d: a row would have two columns called "d"',
    ],
    [
      'a label and a measure',
      { dimensions: { g: assetGroup }, lookup: { g: lookup(groups, 'id', 'name') }, measures: { gLabel: n } },
      'measures.gLabel: a row would have two columns called "gLabel"',
    ],
    [
      'a label and a dimension',
      { dimensions: { g: assetGroup, gLabel: severity }, lookup: { g: lookup(groups, 'id', 'name') } },
      'lookup.gLabel: a row would have two columns called "gLabel"',
    ],
    ['a dimension called time', { dimensions: { time: severity } }, `dimensions.time: ${taken}`],
    ['a measure called time', { measures: { time: n } }, `measures.time: ${taken}`],
    ['a derived value called time', { derive: { time: ratio('n', 'n') } }, `derive.time: ${taken}`],
    ['a bad name of a dimension', { dimensions: { 'a b': severity } }, `dimensions.a b: ${name}`],
    ['a bad name of a measure', { measures: { '1': n } }, `measures.1: ${name}`],
    ['a bad name of a derived value', { derive: { 'a-b': share('n') } }, `derive.a-b: ${name}`],
    [
      'a name that every object has',
      { measures: { constructor: n } },
      'measures.constructor: every JavaScript object has a member of that name: choose another',
    ],
    [
      'a dimension that is no column',
      { dimensions: { d: 'severity' } },
      'dimensions.d: expected a column of the source',
    ],
    ['a dimension that is nothing', { dimensions: { d: undefined } }, 'dimensions.d: expected a column of the source'],
    [
      'a dimension of another table',
      { dimensions: { d: bookings.status } },
      'dimensions.d: "status" of "booking" is no column of the report\'s source "finding"',
    ],
    ['an unknown sort key', { order: { m: 'asc' } }, 'order.m: the rows have no such column'],
    [
      'a sort key that is only a column of the source',
      { order: { asset: 'asc' } },
      'order.asset: the rows have no such column',
    ],
    ['time as a sort key, without a grain', { order: { time: 'asc' } }, 'order.time: the rows have no such column'],
    [
      'a label as a sort key, without a lookup',
      { dimensions: { g: assetGroup }, order: { gLabel: 'asc' } },
      'order.gLabel: the rows have no such column',
    ],
    ['another direction', { order: { n: 'down' } }, 'order.n: expected "asc" or "desc"'],
    ['no direction', { order: { n: undefined } }, 'order.n: expected "asc" or "desc"'],
  ])('%s', (_, members, message) => {
    expect(refusalWith(members)).toBe(message)
  })

  test.each([0, -1, 1.5, 1_000_001, Number.NaN, Number.POSITIVE_INFINITY, '10'])('a limit of %o', (limit) => {
    expect(refusalWith({ limit })).toBe('limit: expected a whole number from 1 to 1000000')
  })

  test('but not what is well named and sorted', () => {
    expect(refusalWith({ limit: 1 })).toBeUndefined()
    expect(refusalWith({ limit: 1_000_000 })).toBeUndefined()
    expect(
      refusalWith({
        dimensions: { g: assetGroup, größe: severity },
        lookup: { g: lookup(groups, 'id', 'name') },
        time: { column: firstSeenAt, grain: 'day' },
        period: lastDays(1),
        derive: { part: share('n') },
        order: { g: 'asc', gLabel: 'asc', größe: 'desc', time: 'desc', n: 'asc', part: 'desc' },
      }),
    ).toBeUndefined()
    expect(refusalWith({ dimensions: { g: assetGroup }, measures: { gLabel: n } })).toBeUndefined()
  })
})

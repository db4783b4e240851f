import { describe, expect, test } from 'vitest'
import { findings } from '../../test/report/sources.ts'
import { countersOf, folded, inRange, planFor, type RowTexts, storedCounters } from '../../test/rollup/folded.ts'
import { count } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { conditionsOf } from '../report/reading.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { optionsOf, optionsRange } from './options.ts'

const definition = report({
  name: 'x',
  permission: 'p',
  from: findings,
  where: { exploited: true },
  time: { column: findings.resolvedAt },
  period: lastDays(7),
  measures: { n: count() },
  filters: ['severity', 'assetGroup', 'cvss', 'foundOn', 'attempts', 'weight'],
  restrict: { asset: 'assets', scan: 'scans' },
} as never) as ReportDefinition
const plan = planFor(definition)
const [a, b] = ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'ffffffff-ffff-4fff-8fff-ffffffffffff']
const row = (members: RowTexts): RowTexts => ({
  asset: 'x',
  scan: a,
  exploited: 'true',
  severity: 'low',
  found_on: '2026-11-21',
  attempts: '1',
  weight: '1',
  ...members,
})
const attributes = { assets: ['x'], scans: [a] }

function options(filter: string, rows: readonly RowTexts[], seen: object = attributes, limit = 100) {
  const counters = inRange(countersOf(plan, rows), optionsRange(plan, filter))
  return optionsOf(plan, filter, conditionsOf(definition, seen as never), counters, limit)
}

describe('the values that a filter may take', () => {
  test('F1 are those of the report’s rows of all time, with a time or without, in their order, null last', () => {
    const groups = ['b', null, 'B', 'a', 'b'].map((asset_group) => row({ asset_group }))
    expect(options('assetGroup', groups)).toEqual(['B', 'a', 'b', null])
    expect(options('assetGroup', groups, attributes, 2)).toEqual(['B', 'a'])
    expect(options('assetGroup', [row({ asset_group: 'a', exploited: 'false' })])).toEqual([])
  })

  test('F1 are in the order of numbers, and of the enum’s declaration', () => {
    expect(
      options(
        'attempts',
        ['10', '-9', '9', '-10'].map((attempts) => row({ attempts })),
      ),
    ).toEqual(['-10', '-9', '9', '10'])
    expect(
      options(
        'cvss',
        ['10', '9.94', '9.9'].map((cvss) => row({ cvss })),
      ),
    ).toEqual(['9.9', '10.0'])
    expect(
      options(
        'weight',
        ['10', '1e-7', '2'].map((weight) => row({ weight })),
      ),
    ).toEqual(['1e-7', '2', '10'])
    const severities = ['low', 'new', 'critical', 'high'].map((severity) => row({ severity }))
    expect(options('severity', severities)).toEqual(['critical', 'high', 'low', 'other'])
  })

  test('T7 are only those that the viewer’s restrictions leave', () => {
    const rows = [
      row({ asset: 'x', scan: a, asset_group: 'both' }),
      row({ asset: 'y', scan: a, asset_group: 'asset' }),
      row({ asset: 'x', scan: b, asset_group: 'scan' }),
    ]
    expect(options('assetGroup', rows)).toEqual(['both'])
    expect(options('assetGroup', rows, { assets: ['x', 'y'], scans: [a] })).toEqual(['asset', 'both'])
    expect(options('assetGroup', rows, { assets: ['x'] })).toEqual([])
    expect(options('assetGroup', rows, {})).toEqual([])
  })

  test('F1 refuse a value without an exact figure where it is among those that are shown', () => {
    const days = ['2026-11-21', '2026-11-22'].map((found_on) => row({ found_on }))
    expect(options('foundOn', [...days, row({ found_on: 'infinity' })], attributes, 2)).toEqual([
      '2026-11-21',
      '2026-11-22',
    ])
    expect(() => options('foundOn', [...days, row({ found_on: 'infinity' })], attributes, 3)).toThrow('exactly')
    expect(() => options('foundOn', [...days, row({ found_on: '-infinity' })], attributes, 1)).toThrow('exactly')
  })

  test('F2 that have come and gone are none', () => {
    const counters = storedCounters(
      folded(plan, [
        [row({ asset_group: 'a' }), 1],
        [row({ asset_group: 'b' }), 1],
        [row({ asset_group: 'a' }), -1],
      ]),
    )
    const found = optionsOf(
      plan,
      'assetGroup',
      conditionsOf(definition, attributes),
      inRange(counters, optionsRange(plan, 'assetGroup')),
      9,
    )
    expect(found).toEqual(['b'])
  })
})

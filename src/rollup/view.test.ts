import { describe, expect, test } from 'vitest'
import { findings } from '../../test/report/sources.ts'
import { countersOf, planFor } from '../../test/rollup/folded.ts'
import { elapsed } from '../report/expression.ts'
import { avg, count, max, sum } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { viewOf } from './view.ts'

const definition = report({
  name: 'x',
  permission: 'p',
  from: findings,
  dimensions: { level: findings.severity, who: findings.asset },
  time: { column: findings.firstSeenAt, grain: 'day' },
  period: lastDays(7),
  measures: {
    opened: count(),
    risk: sum(findings.cvss),
    worst: max(findings.cvss),
    mean: avg(findings.cvss),
    took: sum(elapsed(findings.firstSeenAt, findings.resolvedAt, 'hour'), { at: findings.resolvedAt }),
  },
  filters: ['exploited'],
  restrict: { assetGroup: 'groups' },
} as never) as ReportDefinition

describe('a report’s counters as rows', () => {
  test('the view says where everything stands in a key and in a vector', () => {
    const views = viewOf(definition)
    expect(views.map(({ time, width, measures }) => [time, width, measures.map(({ name }) => name)])).toEqual([
      ['firstSeenAt', 7, ['opened', 'risk', 'mean']],
      ['resolvedAt', 4, ['took']],
    ])
    expect(views[0]?.measures[1]).toEqual({
      name: 'risk',
      aggregate: 'sum',
      offset: 3,
      countOffset: 4,
      scale: 1,
      unit: null,
    })
    expect(views[1]?.measures[0]).toMatchObject({ scale: 0, unit: 'microseconds' })
    expect(views[0]?.keyed.map(({ name }) => name)).toEqual(['who', 'exploited', 'assetGroup'])
    expect(views[0]?.packed.map(({ name, type }) => [name, type.kind])).toEqual([['level', 'enum']])
  })

  test('F1 what it says is enough to read them by', () => {
    const at = { first_seen_at: '1795303800000000', asset: 'web-1', asset_group: null, exploited: 'true' }
    const counters = countersOf(planFor(definition), [
      { ...at, severity: 'low', cvss: '1.5' },
      { ...at, severity: 'low', cvss: '2.0' },
      { ...at, severity: 'new', cvss: null },
    ])
    const [view] = viewOf(definition)
    if (view === undefined) throw new Error('there is no view')
    const rows = counters
      .filter(({ sort }) => sort.startsWith(view.prefix))
      .flatMap(({ sort, values }) =>
        view.combinations.flatMap((combination, index) => {
          const number = (offset: number) => Number(values[index * view.width + offset] ?? 0n)
          const [, day, ...keyed] = sort.split('\u0001')
          const value = (text: string | undefined) => (text === 'n' ? null : (text?.slice(1) ?? ''))
          if (number(view.rowsAt) <= 0) return []
          return [
            {
              day,
              ...Object.fromEntries(view.packed.map(({ name }, i) => [name, combination[i]])),
              ...Object.fromEntries(view.keyed.map(({ name }, i) => [name, value(keyed[i])])),
              ...Object.fromEntries(
                view.measures.map(({ name, offset, scale }) => [name, number(offset) / 10 ** scale]),
              ),
            },
          ]
        }),
      )
    const same = { day: '2026-11-21', who: 'web-1', exploited: 'true', assetGroup: null }
    expect(rows).toEqual([
      { ...same, level: 'low', opened: 2, risk: 3.5, mean: 3.5 },
      { ...same, level: 'other', opened: 1, risk: 0, mean: 0 },
    ])
  })
})

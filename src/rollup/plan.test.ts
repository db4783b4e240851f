import { describe, expect, test } from 'vitest'
import { findings } from '../../test/report/sources.ts'
import { runningTotal } from '../report/derived.ts'
import { avg, count, max, sum } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { report } from '../report/report.ts'
import { planOf } from './plan.ts'

const plan = (members: object) =>
  planOf(
    report({ name: 'x', permission: 'p', from: findings, measures: { n: count() }, ...members } as never),
    'Asia/Tokyo',
  )
const names = (columns: readonly { column: string }[]) => columns.map(({ column }) => column)

describe('how a report is folded', () => {
  test('columns that only filters and restrictions look at are dimensions, too, after the report’s own, each once', () => {
    const { dimensions, options } = plan({
      dimensions: { who: findings.asset, level: findings.severity },
      filters: ['who', 'assetGroup', 'severity'],
      restrict: { assetGroup: 'groups', scan: 'scans' },
    })
    expect(names(dimensions)).toEqual(['asset', 'severity', 'asset_group', 'scan'])
    expect(options.map(({ filter, column }) => [filter, column.column])).toEqual([
      ['who', 'asset'],
      ['assetGroup', 'asset_group'],
      ['severity', 'severity'],
    ])
    for (const { restricted } of options) expect(names(restricted)).toEqual(['asset_group', 'scan'])
  })

  test('measures by different times fall into different flows; each has its own place in the vector', () => {
    const { flows } = plan({
      time: { column: findings.firstSeenAt, grain: 'day' },
      period: lastDays(7),
      measures: {
        opened: count(),
        worst: max(findings.cvss),
        mean: avg(findings.cvss),
        resolved: count({ at: findings.resolvedAt }),
        attempts: sum(findings.attempts),
      },
      derive: { open: runningTotal({ add: 'opened', subtract: 'resolved' }) },
    })
    expect(flows.map(({ time, width, totals }) => [time?.column, width, totals])).toEqual([
      ['first_seen_at', 8, true],
      ['resolved_at', 4, true],
    ])
    expect(flows[0]?.measures.map(({ name, offset }) => [name, offset])).toEqual([
      ['opened', 3],
      ['worst', null],
      ['mean', 4],
      ['attempts', 6],
    ])
  })

  test('all that an answer shows must have an exact figure; of an opening balance, what it shows', () => {
    const [flow] = plan({
      dimensions: { weight: findings.weight },
      time: { column: findings.firstSeenAt, grain: 'day' },
      period: lastDays(7),
      measures: { opened: count(), worst: max(findings.cvss) },
      derive: { all: runningTotal({ add: 'opened' }) },
    }).flows
    expect(names(flow?.guarded ?? [])).toEqual(['weight', 'cvss'])
    expect(names(flow?.openingGuarded ?? [])).toEqual(['weight'])
  })

  test('the time must have one where all of time is shown in buckets', () => {
    const [flow] = plan({ time: { column: findings.firstSeenAt, grain: 'day' } }).flows
    expect(names(flow?.guarded ?? [])).toEqual(['first_seen_at'])
  })

  test('days are kept where there is a period or a grain, in the tenant’s zone unless the report has its own', () => {
    expect(plan({})).toMatchObject({ byDay: false, timeZone: 'UTC' })
    const time = { column: findings.firstSeenAt }
    expect(plan({ time, period: lastDays(7) })).toMatchObject({ byDay: true, timeZone: 'Asia/Tokyo' })
    expect(plan({ time: { ...time, grain: 'hour', timeZone: 'Europe/Rome' } })).toMatchObject({
      byDay: true,
      timeZone: 'Europe/Rome',
      flows: [{ byHour: true }],
    })
    expect(plan({ time: { column: findings.foundOn, grain: 'day' } })).toMatchObject({ timeZone: 'UTC' })
  })
})

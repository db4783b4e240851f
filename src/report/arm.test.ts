import { describe, expect, test } from 'vitest'
import { readingAt } from '../../test/report/reading.ts'
import { findings } from '../../test/report/sources.ts'
import { armsOf } from './arm.ts'
import { runningTotal } from './derived.ts'
import { count, max } from './measure.ts'
import { lastDays, month } from './period.ts'
import { type ReportDefinition, report } from './report.ts'

const { firstSeenAt, resolvedAt } = findings
const base = { name: 'x', permission: 'p', from: findings } as const
const arms = (definition: ReportDefinition) =>
  armsOf(readingAt(definition)).map(({ time, period, ...arm }) => ({ ...arm, time: time?.property, name: period.name }))

describe('the arms of a reading', () => {
  test('are one without time', () => {
    expect(arms(report({ ...base, measures: { n: count(), worst: max(findings.cvss) } }))).toEqual([
      { role: 'period', name: undefined, time: undefined, days: undefined, bucketed: false, measures: ['n', 'worst'] },
    ])
  })

  test('are one per time column', () => {
    const definition = report({
      ...base,
      time: { column: firstSeenAt, grain: 'day' },
      period: lastDays(2),
      measures: { opened: count(), resolved: count({ at: resolvedAt }), worst: max(findings.cvss) },
    })
    const days = { from: '2026-11-20', to: '2026-11-22' }
    expect(arms(definition)).toEqual([
      { role: 'period', name: undefined, time: 'firstSeenAt', days, bucketed: true, measures: ['opened', 'worst'] },
      { role: 'period', name: undefined, time: 'resolvedAt', days, bucketed: true, measures: ['resolved'] },
    ])
  })

  test('are one per period and time column', () => {
    const definition = report({
      ...base,
      time: { column: firstSeenAt },
      period: { current: month(), previous: month(-1) },
      measures: { opened: count(), resolved: count({ at: resolvedAt }) },
    })
    expect(arms(definition).map(({ name, time, days, bucketed }) => [name, time, days?.from, bucketed])).toEqual([
      ['current', 'firstSeenAt', '2026-11-01', false],
      ['current', 'resolvedAt', '2026-11-01', false],
      ['previous', 'firstSeenAt', '2026-10-01', false],
      ['previous', 'resolvedAt', '2026-10-01', false],
    ])
  })

  test('are one more of all that came before, with the measures of a running total alone', () => {
    const definition = report({
      ...base,
      time: { column: firstSeenAt, grain: 'day' },
      period: lastDays(2),
      measures: { opened: count(), resolved: count({ at: resolvedAt }), worst: max(findings.cvss) },
      derive: { active: runningTotal({ add: 'opened', subtract: 'resolved' }) },
    })
    expect(
      arms(definition).map(({ role, time, days, bucketed, measures }) => [role, time, days, bucketed, measures]),
    ).toEqual([
      ['period', 'firstSeenAt', { from: '2026-11-20', to: '2026-11-22' }, true, ['opened', 'worst']],
      ['opening', 'firstSeenAt', { to: '2026-11-20' }, false, ['opened']],
      ['period', 'resolvedAt', { from: '2026-11-20', to: '2026-11-22' }, true, ['resolved']],
      ['opening', 'resolvedAt', { to: '2026-11-20' }, false, ['resolved']],
    ])
  })

  test('have nothing before all of time', () => {
    const definition = report({
      ...base,
      time: { column: firstSeenAt, grain: 'month' },
      measures: { opened: count() },
      derive: { total: runningTotal({ add: 'opened' }) },
    })
    expect(arms(definition)).toEqual([
      { role: 'period', name: undefined, time: 'firstSeenAt', days: undefined, bucketed: true, measures: ['opened'] },
    ])
  })
})

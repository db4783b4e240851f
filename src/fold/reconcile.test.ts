import { describe, expect, test } from 'vitest'
import { text } from '../report/column.ts'
import { count } from '../report/measure.ts'
import { report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { defineBuild } from '../rollup/build-definition.ts'
import { type Build, type BuildState, origin } from '../store/report-store.ts'
import { DesiredRollups } from './desired.ts'
import { reconcile } from './reconcile.ts'

const items = source('item', { columns: { id: text(), tenantId: text(), kind: text() }, key: 'id', tenant: 'tenantId' })
const now = report({ name: 'items', permission: 'read', from: items, measures: { items: count() } })
const before = report({ ...now, dimensions: { kind: items.kind } } as never) as typeof now
const tenant = { id: 'a', timeZone: 'UTC' }
const hour = 3_600_000

function build(number: number, state: BuildState, more: Partial<Build> & { of?: typeof now } = {}): Build {
  const { of = now, ...rest } = more
  const defined = defineBuild(of, tenant)
  const position = { startsAt: origin, changedAt: origin }
  return { tenant: 'a', report: 'items', number, state, since: 0, facts: '', ...position, ...defined, ...rest }
}

function reconciled(builds: Build[], more: { tenants?: (typeof tenant)[]; inHand?: number[]; now?: number } = {}) {
  const { drop, retire, restore, missing } = reconcile({
    builds,
    desired: new DesiredRollups([now]).of(more.tenants ?? [tenant]),
    inHand: ({ number }) => more.inHand?.includes(number) ?? false,
    now: more.now ?? 0,
    sweepAfterMilliseconds: hour,
  })
  const numbers = (those: readonly Build[]) => those.map(({ number }) => number)
  return {
    drop: numbers(drop.map((each) => each.build)),
    retire: numbers(retire),
    restore: numbers(restore),
    missing: missing.length,
  }
}
const nothing = { drop: [], retire: [], restore: [], missing: 0 }

describe('what is to be done so that the builds are those that there should be', () => {
  test('a rollup without a build is missing; one that has it is not', () => {
    expect(reconciled([])).toEqual({ ...nothing, missing: 1 })
    expect(reconciled([build(1, 'ready')])).toEqual(nothing)
  })

  test('what another worker began to fill is dropped, and begun anew', () => {
    expect(reconciled([build(1, 'filling')])).toEqual({ ...nothing, drop: [1], missing: 1 })
    expect(reconciled([build(1, 'filling')], { inHand: [1] })).toEqual(nothing)
  })

  test('a changed report is built beside the one that is read, which is kept an hour after it was replaced', () => {
    expect(reconciled([build(1, 'ready', { of: before })])).toEqual({ ...nothing, missing: 1 })
    const replaced = [build(1, 'replaced', { of: before }), build(2, 'ready')]
    expect(reconciled(replaced, { now: hour })).toEqual(nothing)
    expect(reconciled(replaced, { now: hour + 1 })).toEqual({ ...nothing, drop: [1] })
  })

  test('a deploy that goes back finds its build', () => {
    const back = [build(1, 'replaced'), build(2, 'ready', { of: before })]
    expect(reconciled(back)).toEqual({ ...nothing, restore: [1] })
  })

  test('a report or tenant that is gone is retired, and swept an hour later', () => {
    expect(reconciled([build(1, 'ready')], { tenants: [] })).toEqual({ ...nothing, retire: [1] })
    const swept = reconciled([build(1, 'replaced')], { tenants: [], now: hour + 1 })
    expect(swept).toEqual({ ...nothing, drop: [1] })
  })

  test('what was stopped is not built again by itself; of another definition it is', () => {
    expect(reconciled([build(1, 'stopped')])).toEqual(nothing)
    expect(reconciled([build(1, 'stopped', { of: before })])).toEqual({ ...nothing, drop: [1], missing: 1 })
    expect(reconciled([build(1, 'stopped'), build(2, 'ready')])).toEqual({ ...nothing, drop: [1] })
  })

  test('F4 a build whose zone has other transitions now is built anew', () => {
    const old = build(1, 'ready', { fingerprint: 'of another time zone database' })
    expect(reconciled([old])).toEqual({ ...nothing, drop: [1], missing: 1 })
  })
})

import { expect, test } from 'vitest'
import { bigint, nullable, text, timestamp } from '../report/column.ts'
import { count } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { defineBuild } from '../rollup/build-definition.ts'
import { Counters } from '../rollup/counters.ts'
import { compileFold } from '../rollup/fold-row.ts'
import { planOf } from '../rollup/plan.ts'
import { MemoryStore } from '../store/memory/memory-store.ts'
import { origin } from '../store/report-store.ts'
import { measureStore } from './measure-load.ts'

const findings = source('finding', {
  columns: { id: bigint(), tenantId: text(), team: text(), foundAt: timestamp(), resolvedAt: nullable(timestamp()) },
  key: 'id',
  tenant: 'tenantId',
})
const common = { permission: 'read', from: findings } as const
const open = report({ ...common, name: 'open', where: { resolvedAt: null }, measures: { open: count() } })
const daily = report({
  ...common,
  name: 'daily',
  dimensions: { team: findings.team },
  time: { column: findings.foundAt, grain: 'day' },
  period: lastDays(60),
  measures: { found: count() },
})

test('tenants, rows and skew are those of the counters, of a report that leaves no row out', async () => {
  const store = new MemoryStore()
  const tenants = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, timeZone: 'UTC' }))
  const wanted = tenants.flatMap((tenant) =>
    [open, daily].map((each) => ({
      ...{ tenant: tenant.id, report: each.name, facts: '', startsAt: origin },
      ...defineBuild(each, tenant),
    })),
  )
  const builds = await store.open('main', wanted, 0)
  const additions = builds.flatMap((build) => {
    const counters = new Counters()
    const fold = compileFold(planOf(build.report === 'open' ? open : daily, 'UTC'))
    const rank = tenants.findIndex(({ id }) => id === build.tenant) + 1
    for (let row = 0; row < 1_200 / rank; row++) {
      const values: Record<string, string | null> = { team: `team ${row % 7}`, found_at: `${row * 3_600e6}` }
      fold((column) => values[column] ?? null, 1, counters)
    }
    return [...counters].map(({ sort, by }) => ({ build, sort, by }))
  })
  const to = '1'.padStart(16, '0')
  await store.apply('main', { from: origin, to, epoch: 1, committedAt: 1n, source: '', additions })
  await expect(measureStore(store, [open, daily], () => {})).rejects.toThrow('no build of the store is ready yet')
  for (const build of builds) await store.ready('main', build)
  // 1,200 + 600 + 400 + 300 + 240.
  expect(await measureStore(store, [open, daily], () => {})).toEqual({
    ...{ tenants: 5, skew: 1 },
    tables: { finding: { rows: 2_740 } },
  })
})

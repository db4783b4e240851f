import { expect, test, vi } from 'vitest'
import { mounted } from '../../test/http/mounted.ts'
import { MillraceError } from '../errors.ts'
import { createMetrics } from './metrics.ts'

vi.setConfig({ testTimeout: 30_000 })

const observation = { event: 'report.read', engine: 'replica', seconds: 0.2 } as const

test('reads are counted by report and status, and answered ones are measured', async () => {
  const metrics = createMetrics()
  metrics.observe({ ...observation, report: 'x', status: 200, statementSeconds: 0.03 })
  metrics.observe({ ...observation, report: 'x', status: 200, statementSeconds: 0.03 })
  metrics.observe({ ...observation, report: 'x', status: 503 })
  const lines = (await metrics.text()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'millrace_reads_total{report="x",event="report.read",engine="replica",status="200"} 2',
      'millrace_reads_total{report="x",event="report.read",engine="replica",status="503"} 1',
      'millrace_read_seconds_count{report="x",event="report.read",engine="replica"} 2',
      'millrace_statement_seconds_bucket{le="0.025",report="x",engine="replica"} 0',
      'millrace_statement_seconds_bucket{le="0.05",report="x",engine="replica"} 2',
    ]),
  )
})

test('no label holds a tenant, a subject, or anything that a client sends', async () => {
  const { ask, metrics } = await mounted()
  for (const path of ['/qzjxkvw/rows', '/active-findings/rows?group=qzjxkvw', '/qzjxkvw/options/qzjxkvw'])
    await ask(`/reports${path}`, { headers: { 'x-request-id': 'qzjxkvw-qzjxkvw' } })
  const text = await metrics.text()
  expect(text).toContain('millrace_reads_total{report="",event="report.read",engine="replica",status="404"} 1')
  for (const word of ['qzjxkvw', 'acme', 'somebody']) expect(text).not.toContain(word)
})

test('a scrape tells what the engine does now, and how far behind it is', async () => {
  let lagSeconds: number | null = 1.5
  let fails = false
  let asked = 0
  const metrics = createMetrics({
    statistics: () => ({ running: 2, queued: 5, connections: { total: 4, idle: 1, waiting: 0 } }),
    async freshness() {
      asked += 1
      if (fails) throw new MillraceError('REPLICA_UNAVAILABLE', 'gone')
      return { asOf: null, lagSeconds }
    },
  })
  expect(await valuesOf(metrics.text())).toMatchObject({
    millrace_statements_running: 2,
    millrace_queue_length: 5,
    'millrace_connections{state="busy"}': 3,
    'millrace_connections{state="idle"}': 1,
    millrace_replica_up: 1,
    millrace_replica_lag_seconds: 1.5,
  })
  expect(asked).toBe(1)
  lagSeconds = null
  await expect
    .poll(() => valuesOf(metrics.text()), { timeout: 20_000 })
    .toMatchObject({ millrace_replica_up: 1, millrace_replica_lag_seconds: Number.NaN })
  fails = true
  await expect.poll(() => valuesOf(metrics.text()), { timeout: 20_000 }).toMatchObject({ millrace_replica_up: 0 })
})

test('a store is told of like the replica, and where there is none, nothing is', async () => {
  const found = { asOf: '2026-11-21T09:00:00Z', lagSeconds: 0.25 } as never
  const stored = createMetrics({ storeFreshness: async () => found, listeners: () => 3 })
  stored.compared({ report: 'x', outcome: 'different' })
  const text = await stored.text()
  expect(text).toContain('\nmillrace_store_up 1\n')
  expect(text).toContain('\nmillrace_store_lag_seconds 0.25\n')
  expect(text).toContain('\nmillrace_event_listeners 3\n')
  expect(text).toContain('millrace_shadow_comparisons_total{report="x",outcome="different"} 1')
  const unreachable = createMetrics({ storeFreshness: () => Promise.reject(new Error('away')) })
  expect(await unreachable.text()).toContain('\nmillrace_store_up 0\n')
  expect(await createMetrics({ storeFreshness: () => undefined }).text()).not.toMatch(/\nmillrace_store_up \d/)
})

test('round trips to the replica are counted by how they ended', async () => {
  const metrics = createMetrics()
  metrics.exchanged({ outcome: 'answered', queuedMilliseconds: 30 })
  metrics.exchanged({ outcome: 'STATEMENT_TIMEOUT', queuedMilliseconds: 0 })
  expect(await valuesOf(metrics.text())).toMatchObject({
    'millrace_exchanges_total{outcome="answered"}': 1,
    'millrace_exchanges_total{outcome="STATEMENT_TIMEOUT"}': 1,
    'millrace_queue_seconds_bucket{le="0.025"}': 1,
    millrace_queue_seconds_sum: 0.03,
  })
})

test('two servers of one process do not share their figures, and the process tells of itself only where asked', async () => {
  const [one, other] = [createMetrics(), createMetrics({ process: true })]
  one.observe({ ...observation, report: 'x', status: 200 })
  expect(await other.text()).not.toContain('report="x"')
  expect(await other.text()).toContain('process_cpu_seconds_total')
  expect(await one.text()).not.toContain('process_cpu_seconds_total')
})

async function valuesOf(text: Promise<string>): Promise<Record<string, number>> {
  const lines = (await text).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  )
}

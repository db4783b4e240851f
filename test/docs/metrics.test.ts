import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createFoldMetrics } from '../../src/cli/fold-metrics.ts'
import { createMetrics } from '../../src/http/metrics.ts'

const namesIn = (text: string, pattern: RegExp) =>
  new Set([...text.matchAll(pattern)].map(([, name]) => name as string))
const declared = async (metrics: { text(): Promise<string> }) =>
  namesIn(await metrics.text(), /^# TYPE (millrace_\w+)/gm)
const away = () => Promise.reject(new Error('away'))

test('the page of the fold names every metric of a worker, and none that there is not', async () => {
  const page = readFileSync('docs/operations/fold.md', 'utf8')
  const worker = await declared(createFoldMetrics({ status: away }))
  expect(worker.size).toBeGreaterThan(15)
  const statistics = () => ({ running: 0, queued: 0, connections: { total: 0, idle: 0, waiting: 0 } })
  const server = await declared(createMetrics({ statistics, freshness: away, storeFreshness: away }))
  const named = namesIn(page, /`[^`]*?(millrace_(?!replication|store`|inserts)\w+)/g)
  expect([...worker].filter((name) => !named.has(name))).toEqual([])
  expect([...named].filter((name) => !worker.has(name) && !server.has(name))).toEqual([])
})

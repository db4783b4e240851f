import { expect, test } from 'vitest'
import { MemoryStore } from '../store/memory/memory-store.ts'
import { createFoldMetrics } from './fold-metrics.ts'
import { type FoldStatus, readFoldStatus, stream } from './fold-status.ts'

const slot = {
  name: 'millrace_1',
  plugin: 'pgoutput',
  database: 'app',
  activePid: 7,
  confirmed: '0000000000000100',
  walStatus: 'reserved' as const,
  retainedBytes: 4096,
  safeBytes: 1_000_000,
  invalidation: undefined,
}

/** A store with one build that is ready, and one that is stopped. */
async function filled(): Promise<MemoryStore> {
  const store = new MemoryStore()
  const source = JSON.stringify({ slot: slot.name })
  const { epoch } = await store.restart(stream, { position: '0000000000000100', source, epoch: 0 })
  const build = { tenant: 'acme', fingerprint: 'f', definition: 'd', facts: '', startsAt: '0000000000000100' }
  const builds = await store.open(
    stream,
    [
      { ...build, report: 'a' },
      { ...build, report: 'b' },
    ],
    epoch,
  )
  await store.ready(stream, builds[0] as (typeof builds)[0])
  await store.stop(stream, [builds[1] as (typeof builds)[0]], 'a value')
  const { position: from, epoch: now } = await store.progress(stream)
  await store.apply(stream, {
    from,
    to: '0000000000000200',
    epoch: now,
    committedAt: 5_000_000n,
    source,
    additions: [],
  })
  return store
}

const linesOf = async (metrics: { text(): Promise<string> }) =>
  Object.fromEntries(
    (await metrics.text())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/ (?=\S+$)/)),
  )

test('what the store and the primary say is there at each scrape, and no label holds a tenant', async () => {
  const store = await filled()
  const others = [
    { ...slot, name: 'millrace_0', activePid: undefined, retainedBytes: 99 },
    { ...slot, name: 'millrace_2' },
  ]
  const status = async (): Promise<FoldStatus> => ({
    ...(await readFoldStatus(store, undefined)),
    source: { position: '0000000000000300', now: 7_500_000n, slot, others },
  })
  const metrics = createFoldMetrics({ status })
  expect(await linesOf(metrics)).toMatchObject({
    millrace_fold_lag_seconds: '2.5',
    millrace_fold_lag_bytes: '256',
    millrace_slot_retained_bytes: '4096',
    millrace_slot_safe_bytes: '1000000',
    millrace_slot_lost: '0',
    millrace_unused_slots_retained_bytes: '99',
    'millrace_fold_builds{state="ready"}': '1',
    'millrace_fold_builds{state="filling"}': '0',
    'millrace_fold_builds{state="stopped"}': '1',
  })
  expect(await metrics.text()).not.toContain('acme')
})

test('R10 a slot that is gone or invalidated is lost; what cannot be asked is no figure', async () => {
  const store = await filled()
  const found = await readFoldStatus(store, undefined)
  const source = { position: '0000000000000200', now: 7_500_000n, others: [] }
  const lost = async (slotNow: typeof slot | undefined) => {
    const metrics = createFoldMetrics({ status: async () => ({ ...found, source: { ...source, slot: slotNow } }) })
    return (await linesOf(metrics)).millrace_slot_lost
  }
  expect(await lost(slot)).toBe('0')
  expect(await lost(undefined)).toBe('1')
  expect(await lost({ ...slot, walStatus: 'lost' as never })).toBe('1')
  expect(await lost({ ...slot, invalidation: 'wal_removed' as never })).toBe('1')
  const away = createFoldMetrics({ status: () => Promise.reject(new Error('away')) })
  expect(await linesOf(away)).toMatchObject({ millrace_fold_lag_seconds: 'Nan', millrace_slot_lost: 'Nan' })
})

test('what the worker tells is counted', async () => {
  const metrics = createFoldMetrics({ status: () => Promise.reject(new Error('away')) })
  const request = { id: '1', kind: 'verify' as const, askedAt: 0 }
  metrics.observe({ type: 'started', slot: 'millrace_1', position: '', builds: 0 })
  for (const changes of [3, 4]) {
    const figures = { changes, counters: 2, milliseconds: 4, spilledBytes: 10 }
    metrics.observe({ type: 'batch', position: '', committedAt: 0n, ...figures })
  }
  metrics.observe({ type: 'trouble', about: 'store', detail: 'away' })
  metrics.observe({ type: 'restarted', slot: 'millrace_2', position: '', reason: 'lost' })
  const outcome = {
    done: 5,
    of: 5,
    different: [{ tenant: 'acme', report: 'a', repaired: false, counters: 1, first: [] }],
  }
  for (const state of ['running', 'done'] as const)
    metrics.observe({ type: 'request', request: { ...request, state, outcome: JSON.stringify(outcome) } })
  expect(await linesOf(metrics)).toMatchObject({
    millrace_fold_active: '1',
    millrace_fold_batches_total: '2',
    millrace_fold_changes_total: '7',
    millrace_fold_counters_total: '4',
    millrace_fold_spilled_bytes_total: '20',
    millrace_fold_batch_seconds_count: '2',
    millrace_fold_restarts_total: '1',
    'millrace_fold_troubles_total{about="store"}': '1',
    millrace_verify_builds_total: '5',
    millrace_verify_differences_total: '1',
  })
})

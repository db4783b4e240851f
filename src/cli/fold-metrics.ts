import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { FoldEvent } from '../fold/fold-event.ts'
import { oncePer } from '../http/once-per.ts'
import { createStoreMetrics, type StoreRequest } from '../http/store-metrics.ts'
import { type FoldStatus, lagOf } from './fold-status.ts'
import { readOutcome } from './request-outcome.ts'
import { countsOf } from './status-text.ts'

export interface FoldMetricsOptions {
  /** Asked at a scrape, at most once a second. */
  readonly status: () => Promise<FoldStatus>
  /** Also the process's own: memory, event loop, garbage collection. */
  readonly process?: boolean
}

/** What Prometheus scrapes of a worker. No label holds a tenant. */
export interface FoldMetrics {
  readonly contentType: string
  readonly observe: (event: FoldEvent) => void
  /** Told what each request to the store took, where that is DynamoDB. */
  readonly consumed: (request: StoreRequest) => void
  text(): Promise<string>
}

const batchBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export function createFoldMetrics({ status, process = false }: FoldMetricsOptions): FoldMetrics {
  const registry = new Registry()
  const registers = [registry]
  if (process) collectDefaultMetrics({ register: registry })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const batches = counter('millrace_fold_batches_total', 'Batches that were added to the store')
  const changes = counter('millrace_fold_changes_total', 'Row changes in them')
  const counters = counter('millrace_fold_counters_total', 'Counters that they changed')
  const spilled = counter('millrace_fold_spilled_bytes_total', 'Bytes that memory did not hold, written to disk')
  const restarts = counter(
    'millrace_fold_restarts_total',
    'Times that the changes could not be continued, and all was built anew',
  )
  const seconds = new Histogram({
    name: 'millrace_fold_batch_seconds',
    help: 'How long the store took to add a batch',
    buckets: batchBuckets,
    registers,
  })
  const troubles = new Counter({
    name: 'millrace_fold_troubles_total',
    help: 'What failed and is tried again',
    labelNames: ['about'] as const,
    registers,
  })
  const stopped = counter('millrace_fold_builds_stopped_total', 'Builds that could not be followed any further')
  const active = new Gauge({
    name: 'millrace_fold_active',
    help: '1 where this worker folds, 0 where it waits for another to end',
    registers,
  })
  const verified = counter('millrace_verify_builds_total', 'Builds that were compared with the rows')
  const different = counter('millrace_verify_differences_total', 'Builds that were not what the rows say')
  const verifiedAt = new Gauge({
    name: 'millrace_verify_timestamp_seconds',
    help: 'When a comparison ended last, in seconds since 1970',
    registers,
  })
  statusGauges(status, registers)
  const consumed = createStoreMetrics(registers)

  function observe(event: FoldEvent): void {
    switch (event.type) {
      case 'batch':
        batches.inc()
        changes.inc(event.changes)
        counters.inc(event.counters)
        spilled.inc(event.spilledBytes)
        seconds.observe(event.milliseconds / 1000)
        break
      case 'waiting':
        active.set(0)
        break
      case 'started':
        active.set(1)
        break
      case 'restarted':
        restarts.inc()
        break
      case 'build-stopped':
        stopped.inc()
        break
      case 'trouble':
        troubles.inc({ about: event.about })
        break
      case 'request':
        if (event.request.kind === 'rebuild' || event.request.state !== 'done') break
        verified.inc(readOutcome(event.request).done)
        different.inc(readOutcome(event.request).different.length)
        verifiedAt.setToCurrentTime()
        break
      default:
    }
  }

  return { contentType: registry.contentType, observe, consumed, text: () => registry.metrics() }
}

/** What the store and the primary say; all of a scrape tell of one moment, and NaN where they cannot be asked. */
function statusGauges(status: () => Promise<FoldStatus>, registers: Registry[]): void {
  const found = oncePer(1_000, () => status().catch(() => undefined))
  const gauge = (name: string, help: string, value: (status: FoldStatus) => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const now = await found()
        this.set((now && value(now)) ?? Number.NaN)
      },
    })
  gauge(
    'millrace_fold_lag_seconds',
    'How far the store is behind the commits of the primary',
    ({ progress, source }) => source && lagOf(progress, source)?.seconds,
  )
  gauge(
    'millrace_fold_lag_bytes',
    'The same, in bytes of its log',
    ({ progress, source }) => source && lagOf(progress, source)?.bytes,
  )
  gauge(
    'millrace_slot_retained_bytes',
    'Bytes of log that the primary keeps for the slot',
    ({ source }) => source && (source.slot?.retainedBytes ?? 0),
  )
  gauge(
    'millrace_slot_safe_bytes',
    'Bytes of log until the slot may be lost; NaN without a limit',
    ({ source }) => source?.slot?.safeBytes,
  )
  gauge('millrace_slot_lost', '1 where the slot is gone or cannot be read any more', ({ source, slotName }) => {
    if (source === undefined || slotName === undefined) return undefined
    return source.slot === undefined || source.slot.walStatus === 'lost' || source.slot.invalidation !== undefined
      ? 1
      : 0
  })
  gauge('millrace_unused_slots_retained_bytes', 'Bytes of log kept for slots that nobody reads', ({ source }) =>
    source?.others.reduce((sum, slot) => sum + (slot.activePid === undefined ? slot.retainedBytes : 0), 0),
  )
  new Gauge({
    name: 'millrace_fold_builds',
    help: 'Builds by their state',
    labelNames: ['state'] as const,
    registers,
    async collect() {
      const now = await found()
      if (now === undefined) return this.reset()
      for (const [state, number] of Object.entries(countsOf(now.builds))) this.set({ state }, number)
    },
  })
}

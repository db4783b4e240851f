import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Freshness } from '../report/engine.ts'
import type { Observation, Observe } from './attempt.ts'
import { oncePer } from './once-per.ts'
import { createStoreMetrics, type StoreRequest } from './store-metrics.ts'

/** What an engine tells of itself at any moment. */
export interface EngineStatistics {
  /** Statements that run, and that wait for a place. */
  readonly running: number
  readonly queued: number
  readonly connections: { readonly total: number; readonly idle: number; readonly waiting: number }
}

/** A statement, or several in one round trip, when it has ended. */
export interface ExchangeObservation {
  readonly queuedMilliseconds: number
  /** `answered`, `aborted`, or an error's code. */
  readonly outcome: string
}

/** An answer of the replica that was compared with the store's. */
export interface ComparisonObservation {
  readonly report: string
  readonly outcome: string
}

export interface MetricsOptions {
  /** Asked at each scrape, as is how current the engine is. */
  readonly statistics?: () => EngineStatistics
  readonly freshness?: () => Promise<Freshness>
  /** Of the reporting store; undefined where there is none. */
  readonly storeFreshness?: () => Promise<Freshness> | undefined
  /** Who listens to events now. */
  readonly listeners?: () => number
  /** Also the process's own: memory, event loop, garbage collection. */
  readonly process?: boolean
}

/**
 * What Prometheus scrapes. No label holds a tenant or anything that a client sends: a report's name is one of the
 * catalog's, or empty.
 */
export interface Metrics {
  readonly contentType: string
  readonly observe: Observe
  /** For what compares the engines. */
  readonly compared: (comparison: ComparisonObservation) => void
  /** For the replica's observer. */
  readonly exchanged: (exchange: ExchangeObservation) => void
  /** Told what each request to the store took, where that is DynamoDB. */
  readonly consumed: (request: StoreRequest) => void
  text(): Promise<string>
}

/** Seconds, from a counter's look-up to the longest statement. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const { statistics, freshness, storeFreshness, listeners, process = false } = options
  const registry = new Registry()
  const registers = [registry]
  if (process) collectDefaultMetrics({ register: registry })
  const reads = new Counter({
    name: 'millrace_reads_total',
    help: 'Reads of reports, by the status they were answered with (499: the reader went away)',
    labelNames: ['report', 'event', 'engine', 'status'] as const,
    registers,
  })
  const readSeconds = new Histogram({
    name: 'millrace_read_seconds',
    help: 'From the question to the answer, queueing included; answered reads only',
    labelNames: ['report', 'event', 'engine'] as const,
    buckets,
    registers,
  })
  const statementSeconds = new Histogram({
    name: 'millrace_statement_seconds',
    help: 'The statements of an answered read, without queueing',
    labelNames: ['report', 'engine'] as const,
    buckets,
    registers,
  })
  const exchanges = new Counter({
    name: 'millrace_exchanges_total',
    help: 'Round trips to the replica, by how they ended',
    labelNames: ['outcome'] as const,
    registers,
  })
  const queueSeconds = new Histogram({
    name: 'millrace_queue_seconds',
    help: 'How long a round trip to the replica waited for its place',
    buckets,
    registers,
  })
  const comparisons = new Counter({
    name: 'millrace_shadow_comparisons_total',
    help: 'Answers of the replica compared with those of the store: equal, different, skipped, failed',
    labelNames: ['report', 'outcome'] as const,
    registers,
  })
  if (statistics !== undefined) gaugesOf(statistics, registers)
  if (freshness !== undefined) lagOf('replica', freshness, registers)
  if (storeFreshness !== undefined) lagOf('store', storeFreshness, registers)
  if (listeners !== undefined) listenersOf(listeners, registers)

  function observe({ event, report = '', engine, status, seconds, ...rest }: Observation): void {
    reads.inc({ report, event, engine, status })
    if (status !== 200) return
    readSeconds.observe({ report, event, engine }, seconds)
    if (rest.statementSeconds !== undefined) statementSeconds.observe({ report, engine }, rest.statementSeconds)
  }

  return {
    contentType: registry.contentType,
    observe,
    compared: ({ report, outcome }) => comparisons.inc({ report, outcome }),
    exchanged({ outcome, queuedMilliseconds }) {
      exchanges.inc({ outcome })
      queueSeconds.observe(queuedMilliseconds / 1000)
    },
    consumed: createStoreMetrics(registers),
    text: () => registry.metrics(),
  }
}

function gaugesOf(statistics: () => EngineStatistics, registers: Registry[]): void {
  new Gauge({
    name: 'millrace_statements_running',
    help: 'Statements that run now',
    registers,
    collect() {
      this.set(statistics().running)
    },
  })
  new Gauge({
    name: 'millrace_queue_length',
    help: 'Statements that wait for a place now',
    registers,
    collect() {
      this.set(statistics().queued)
    },
  })
  new Gauge({
    name: 'millrace_connections',
    help: 'Connections to the replica; waiting: statements that wait for one',
    labelNames: ['state'] as const,
    registers,
    collect() {
      const { total, idle, waiting } = statistics().connections
      this.set({ state: 'busy' }, total - idle)
      this.set({ state: 'idle' }, idle)
      this.set({ state: 'waiting' }, waiting)
    },
  })
}

function listenersOf(listeners: () => number, registers: Registry[]): void {
  new Gauge({
    name: 'millrace_event_listeners',
    help: 'Clients that listen to what changes, now',
    registers,
    collect() {
      this.set(listeners())
    },
  })
}

function lagOf(
  what: 'replica' | 'store',
  freshness: () => Promise<Freshness> | undefined,
  registers: Registry[],
): void {
  // Both gauges of a scrape tell of one answer.
  const found = oncePer(100, async () => {
    const asked = freshness()
    return asked === undefined ? 'none' : asked.catch(() => undefined)
  })
  const gauge = (name: string, help: string, valued: (found: Freshness | undefined) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const now = await found()
        if (now === 'none') this.remove()
        else this.set(valued(now))
      },
    })
  gauge(`millrace_${what}_up`, `1 where the ${what} answers`, (now) => (now === undefined ? 0 : 1))
  gauge(
    `millrace_${what}_lag_seconds`,
    `How far the source is ahead of the ${what}; NaN where it cannot be told`,
    (now) => now?.lagSeconds ?? Number.NaN,
  )
}

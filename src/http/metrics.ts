import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Freshness } from '../report/engine.ts'
import type { Observation, Observe } from './attempt.ts'
import { oncePer } from './once-per.ts'

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

export interface MetricsOptions {
  /** Asked at each scrape, as is how current the engine is. */
  readonly statistics?: () => EngineStatistics
  readonly freshness?: () => Promise<Freshness>
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
  /** For the replica's observer. */
  readonly exchanged: (exchange: ExchangeObservation) => void
  text(): Promise<string>
}

/** Seconds, from a counter's look-up to the longest statement. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export function createMetrics({ statistics, freshness, process = false }: MetricsOptions = {}): Metrics {
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
  if (statistics !== undefined) gaugesOf(statistics, registers)
  if (freshness !== undefined) lagOf(freshness, registers)

  function observe({ event, report = '', engine, status, seconds, ...rest }: Observation): void {
    reads.inc({ report, event, engine, status })
    if (status !== 200) return
    readSeconds.observe({ report, event, engine }, seconds)
    if (rest.statementSeconds !== undefined) statementSeconds.observe({ report, engine }, rest.statementSeconds)
  }

  return {
    contentType: registry.contentType,
    observe,
    exchanged({ outcome, queuedMilliseconds }) {
      exchanges.inc({ outcome })
      queueSeconds.observe(queuedMilliseconds / 1000)
    },
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

function lagOf(freshness: () => Promise<Freshness>, registers: Registry[]): void {
  // Both gauges of a scrape tell of one answer.
  const found = oncePer(100, () => freshness().catch(() => undefined))
  new Gauge({
    name: 'millrace_replica_up',
    help: '1 where the replica answers',
    registers,
    async collect() {
      this.set((await found()) === undefined ? 0 : 1)
    },
  })
  new Gauge({
    name: 'millrace_replica_lag_seconds',
    help: 'How far the source is ahead of the replica; NaN where it cannot be told',
    registers,
    async collect() {
      this.set((await found())?.lagSeconds ?? Number.NaN)
    },
  })
}

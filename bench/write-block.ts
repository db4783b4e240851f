import type { Cluster } from '../src/embedded/cluster.ts'
import { openDashboards } from './dashboards.ts'
import type { KeepAliveClient } from './keep-alive-client.ts'
import { coreSeconds, cpuSeconds, serverSeconds } from './process-cpu.ts'
import type { WriterQuestion } from './program/writer.ts'
import type { Program } from './program.ts'

/** What a stretch of writing came to. */
export interface WriteBlock {
  /** Milliseconds of each transaction. */
  readonly transactions: readonly number[]
  /** Milliseconds of each dashboard that was opened meanwhile. */
  readonly dashboards: readonly number[]
  /** Microseconds of the primary's CPU time for each transaction. */
  readonly primaryCpu: number
  /** The share of the primary's core that processes had which are neither the primary nor the writer. */
  readonly others: number
}

export interface WriteBlockOptions {
  readonly cluster: Cluster
  readonly writer: Program<object, WriterQuestion, number[]>
  /** The core of the primary and of the writer. */
  readonly core: number
  readonly milliseconds: number
  readonly dashboards?: {
    readonly client: KeepAliveClient
    readonly tokens: readonly string[]
    readonly perSecond: number
  }
}

/** Writes for some time, beside dashboards where there are any, and returns when the standby has all of it. */
export async function writeBlock(options: WriteBlockOptions): Promise<WriteBlock> {
  const { cluster, writer, core, milliseconds, dashboards } = options
  const since = performance.now()
  const seconds = () => ({
    core: coreSeconds(core),
    primary: serverSeconds(cluster.primary),
    writer: cpuSeconds([writer.pid]),
  })
  const before = seconds()
  const [transactions, opened] = await Promise.all([
    writer.ask({ milliseconds }),
    dashboards === undefined
      ? []
      : openDashboards(dashboards.client, dashboards.tokens, { perSecond: dashboards.perSecond, milliseconds }),
  ])
  const after = seconds()
  const primary = after.primary - before.primary
  const others = after.core - before.core - primary - (after.writer - before.writer)
  await cluster.caughtUp()
  return {
    transactions,
    dashboards: opened,
    primaryCpu: (primary * 1e6) / transactions.length,
    others: others / ((performance.now() - since) / 1000),
  }
}

import type pg from 'pg'
import { MillraceError } from '../errors.ts'
import { isAbort, sourceFaultOf } from '../replication/source-fault.ts'
import type { FoldDefinition } from '../rollup/build-definition.ts'
import type { Build, ReportStore } from '../store/report-store.ts'
import { BaseTable } from './base-table.ts'
import { estimateRows } from './estimate-rows.ts'
import { FillingCounters } from './filling-counters.ts'
import type { FillingWork } from './filling-work.ts'
import { groupBy } from './group-by.ts'

export interface FillingBuild {
  readonly build: Build
  readonly definition: FoldDefinition
}

export interface BaseOptions {
  /** In the transaction of the snapshot that the builds start from. Of no further use once this has thrown. */
  readonly client: pg.Client
  readonly store: Pick<ReportStore, 'addBase'>
  readonly stream: string
  readonly builds: readonly FillingBuild[]
  readonly signal?: AbortSignal
  /** Told before the first row, now and then, and at the end. */
  readonly onProgress?: (work: FillingWork) => void
  /** These builds cannot be filled: the row and column that they cannot fold. They are left out from here on. */
  readonly onPoison: (builds: readonly FillingBuild[], detail: string) => void
  /** The share of the time that nothing is read in, 0 to below 1. */
  readonly pauseRatio?: number
  /** What counters may take in memory before they are given to the store; 32 MiB. */
  readonly memoryBytes?: number
}

/**
 * Adds to builds what the rows of a snapshot mean, each table read once for all of them. Builds that are dropped or stopped
 * meanwhile are left out. Throws SOURCE_UNAVAILABLE, what the store throws, and the reason of an abort.
 */
export async function fillBase(options: BaseOptions): Promise<void> {
  const { client, builds, signal, onProgress = () => {} } = options
  // Two sources of one table may find their tenants in different columns.
  const tables = groupBy(builds, ({ definition: { source } }) =>
    JSON.stringify([source.schema, source.table, source.tenantColumn?.column]),
  )
  let rows = 0
  let told = 0
  let of = 0
  try {
    // A policy would hide rows from this role without a word; the changes of the table have no such thing.
    await client.query('set local row_security = off')
    const onGiven = () => tell(told)
    const counters = new FillingCounters({ ...options, readAt: await secondsAt(client), onGiven })
    const tell = (rows: number) => {
      told = rows
      onProgress({ rows, of, ...counters.amounts })
    }
    for (const those of tables.values()) of += await estimateRows(client, those)
    tell(rows)
    for (const those of tables.values()) {
      signal?.throwIfAborted()
      const table = await BaseTable.open(options, those, counters)
      rows += (await table?.read((read) => tell(rows + read))) ?? 0
    }
    tell(rows)
    await counters.flush()
    tell(rows)
  } catch (error) {
    if (isAbort(error) || error === signal?.reason || error instanceof MillraceError) throw error
    throw sourceFaultOf(error)
  }
}

/** Seconds since 1970 by the clock of the source. */
async function secondsAt(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ seconds: number }>(
    'select floor(extract(epoch from clock_timestamp()))::double precision as seconds',
  )
  return (rows as [{ seconds: number }])[0].seconds
}

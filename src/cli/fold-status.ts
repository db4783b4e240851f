import { MillraceError } from '../errors.ts'
import { readSource } from '../fold/source-text.ts'
import { withClient } from '../replication/client.ts'
import { bytesBetween, type Position, positionOfLsn } from '../replication/position.ts'
import { inspectSlot, listSlots, type Slot } from '../replication/slot.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import type { Build, Progress, ReportStore, Request } from '../store/report-store.ts'

/** The one stream of a deployment. */
export const stream = 'main'

/** The primary, beside what a store continues from. */
export interface SourceStatus {
  readonly position: Position
  /** By its clock, in microseconds since 1970. */
  readonly now: bigint
  /** Undefined where there is none of that name any more. */
  readonly slot: Slot | undefined
  /** Slots of former incarnations, and of other stores: nobody but their own reader lets go of what they keep. */
  readonly others: readonly Slot[]
}

export interface FoldStatus {
  readonly progress: Progress
  /** The name of the slot; undefined where nothing was folded yet. */
  readonly slotName: string | undefined
  readonly builds: readonly Build[]
  readonly requests: readonly Request[]
  /** Undefined where the primary is not asked, or does not answer. */
  readonly source: SourceStatus | undefined
  /** Why it does not answer. */
  readonly sourceFault?: string
}

/** A primary that does not answer is no reason to say nothing of the store. Throws STORE_UNAVAILABLE. */
export async function readFoldStatus(
  store: ReportStore,
  replication: ConnectionSettings | undefined,
): Promise<FoldStatus> {
  // The store first: what the primary says is then never before it.
  const progress = await store.progress(stream)
  const [builds, requests] = await Promise.all([store.builds(stream), store.requests(stream)])
  const slotName = readSource(progress.source)?.slot
  const found = { progress, slotName, builds, requests }
  if (replication === undefined) return { ...found, source: undefined }
  try {
    return { ...found, source: await readSourceStatus(replication, slotName) }
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    return { ...found, source: undefined, sourceFault: error.detail }
  }
}

/** Throws SOURCE_UNAVAILABLE. */
export function readSourceStatus(replication: ConnectionSettings, slotName: string | undefined): Promise<SourceStatus> {
  return withClient(replication, async (client) => {
    const { rows } = await client.query<{ lsn: string; now: string }>(
      `select pg_current_wal_lsn()::text as lsn, (extract(epoch from clock_timestamp()) * 1000000)::bigint::text as now`,
    )
    const [{ lsn, now }] = rows as [{ lsn: string; now: string }]
    const slots = await listSlots(client)
    const slot = slotName === undefined ? undefined : await inspectSlot(client, slotName)
    const others = slots.filter(({ name }) => name !== slotName)
    return { position: positionOfLsn(lsn), now: BigInt(now), slot, others }
  })
}

export interface Lag {
  readonly bytes: number
  readonly seconds: number
}

/** How far a position is behind the primary; undefined where nothing was folded yet. Nothing is missing: no seconds either. */
export function lagOf({ position, committedAt }: Progress, source: SourceStatus): Lag | undefined {
  if (committedAt === 0n) return undefined
  const bytes = Math.max(0, bytesBetween(position, source.position))
  return { bytes, seconds: bytes === 0 ? 0 : Math.max(0, Number(source.now - committedAt) / 1e6) }
}

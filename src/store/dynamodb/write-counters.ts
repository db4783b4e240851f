import { MillraceError } from '../../errors.ts'
import type { BuildId, Position } from '../report-store.ts'
import { type UnfitBuild, UnfitCounters, unfitBuild } from '../unfit-counters.ts'
import { baseUpdate, batchUpdate, isInAlready, isNothing, mostAddition, valuesPerItem } from './counter-item.ts'
import { counterSortKey, isLong } from './counter-key.ts'
import { buildPartition, type ItemKey, shardOf } from './item-keys.ts'
import { eachOf } from './places.ts'
import type { Confirm } from './request-sender.ts'
import type { Sum } from './summed-additions.ts'
import type { TableClient } from './table-client.ts'

/** A build that additions are written to. */
export interface Target extends BuildId {
  readonly shards: number
  /** No chunk of its base can come any more. */
  readonly isSettled: boolean
}

export interface Writing {
  readonly table: TableClient
  readonly stream: string
  readonly targets: ReadonlyMap<number, Target>
  /** A batch; or a chunk of a base. */
  readonly of: { readonly from: Position; readonly to: Position } | { readonly chunk: string }
  readonly confirm: Confirm
  /** Told of items that seem to hold nothing any more. */
  readonly onNothing?: (item: ItemKey, build: number) => void
}

interface Part {
  readonly target: Target
  readonly sort: string
  readonly place: number
  readonly by: readonly bigint[]
  readonly expiresAt: number | undefined
}

/**
 * Writes each sum to its counter, so many at once; each item is written once, however often this is tried. What does not fit ends with
 * its build, and nothing else: the others are written first, so that the next attempt finds them in. Throws UnfitCounters.
 */
export async function writeCounters(writing: Writing, sums: Iterable<Sum>): Promise<void> {
  const unfit = new Map<number, UnfitBuild>()
  await eachOf(partsOf(sums, writing.targets), writing.table.maxConcurrency, async (part) => {
    if (unfit.has(part.target.number)) return
    const why = await writePart(writing, part)
    if (why !== undefined) unfit.set(part.target.number, unfitBuild(part.target, part.sort, why))
  })
  if (unfit.size > 0) throw new UnfitCounters([...unfit.values()])
}

function* partsOf(sums: Iterable<Sum>, targets: ReadonlyMap<number, Target>): Generator<Part> {
  for (const { build, sort, by, expiresAt } of sums) {
    const target = targets.get(build)
    if (target === undefined) continue
    for (let place = 0; place * valuesPerItem < by.length; place++) {
      const own = by.length <= valuesPerItem ? by : by.slice(place * valuesPerItem, (place + 1) * valuesPerItem)
      if (own.some((value) => value !== 0n)) yield { target, sort, place, by: own, expiresAt }
    }
  }
}

/** Why the store cannot hold it; undefined once it is in. */
async function writePart({ table, stream, of, confirm, onNothing }: Writing, part: Part): Promise<string | undefined> {
  const { target, sort, place, by, expiresAt } = part
  if (by.some((value) => value > mostAddition || value < -mostAddition)) return tooLarge
  const whole = isLong(sort) ? sort : undefined
  if (whole !== undefined && Buffer.byteLength(whole) > longestKeyBytes) return tooLong
  const key = { pk: buildPartition(stream, target, shardOf(sort, target.shards)), sk: counterSortKey(sort, place) }
  const addition = { by, whole, expiresAt }
  const isBatch = 'from' in of
  const { update, ...write } = isBatch ? batchUpdate(addition, of, target.isSettled) : baseUpdate(addition, of.chunk)
  // What only adds leaves something.
  const mayBeNothing = isBatch && onNothing !== undefined && by.some((value) => value < 0n)
  const returns = mayBeNothing ? 'UPDATED_NEW' : undefined
  const written = await table
    .update({ purpose: 'counters', key, confirm, ...write }, update, returns)
    .catch((error: unknown) => {
      if (error instanceof MillraceError && error.code === 'STORE_LIMIT') return error.detail
      throw error
    })
  if (typeof written === 'string') return written
  if (written.isDone) {
    if (mayBeNothing && written.item !== undefined && isNothing(written.item)) onNothing(key, target.number)
    return undefined
  }
  const item = written.item ?? (await table.get('counters', key))
  // It was deleted since, as only a counter is that somebody has moved past.
  return item !== undefined && !isInAlready(item, of) ? tooLarge : undefined
}

const tooLarge = 'a value would have more than the 38 digits that DynamoDB adds exactly'
/** Of the 400 KB of an item; its values take a few. */
const longestKeyBytes = 390_000
const tooLong = 'its key is too long for an item, of which DynamoDB holds 400 KB'

import { MillraceError } from '../../errors.ts'
import { hasExpired, isZero } from '../keys.ts'
import type { BaseAddition, BuildId } from '../report-store.ts'
import { Confirmation } from './confirmation.ts'
import { isThere, readListing } from './directory.ts'
import { hashOf } from './item-keys.ts'
import { settledStream } from './open-builds.ts'
import { SummedAdditions } from './summed-additions.ts'
import type { TableClient } from './table-client.ts'
import { writeCounters } from './write-counters.ts'

export interface BaseOptions {
  readonly table: TableClient
  readonly memoryBytes: number
  readonly confirmedMilliseconds: number
}

/** Each counter keeps which chunks are in it, so that a chunk may be sent again by whoever does not know how far it came (S1). */
export async function addBaseChunk(
  { table, memoryBytes, confirmedMilliseconds }: BaseOptions,
  stream: string,
  build: BuildId,
  chunk: string,
  additions: Iterable<BaseAddition>,
): Promise<void> {
  const { number } = build
  const began = table.clock.monotonic()
  const state = await settledStream(table, stream)
  const find = async () => {
    const { entries } = await readListing(table, stream, build.tenant, build.report)
    const found = entries.find((entry) => entry.number === number && isThere(entry, state))
    if (found?.state === 'filling') return found
    throw new MillraceError('STORE_BUILD_GONE', `build ${number} is not being filled`)
  }
  const { shards } = await find()
  const sums = new SummedAdditions(memoryBytes)
  try {
    // All of them before anything is written: they may come to a sudden end.
    for (const addition of additions) {
      if (!isZero(addition.by) && !hasExpired(addition.expiresAt, state.progress.committedAt))
        sums.add(number, addition)
      if (sums.isFull) await sums.spill()
    }
    const { confirm } = new Confirmation(table.clock, confirmedMilliseconds, async () => void (await find()), began)
    const name = chunk.length <= 16 ? `=${chunk}` : hashOf(chunk).slice(0, 22)
    const targets = new Map([[number, { ...build, shards, isSettled: false }]])
    for await (const part of sums.parts())
      await writeCounters({ table, stream, targets, of: { chunk: name }, confirm }, part)
  } finally {
    await sums.discard()
  }
}

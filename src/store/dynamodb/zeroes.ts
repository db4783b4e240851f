import type { Position } from '../report-store.ts'
import type { Item } from './attributes.ts'
import { isNothing, lastOf, stillNothing } from './counter-item.ts'
import { sweepWaiting } from './drop-builds.ts'
import { sweepAgain } from './gone-builds.ts'
import { buildPartition, type ItemKey } from './item-keys.ts'
import type { KnownBuilds } from './known-builds.ts'
import { readDirectory } from './list-builds.ts'
import { eachOf } from './places.ts'
import { readStream } from './progress-item.ts'
import { keyOf, type TableClient } from './table-client.ts'

interface Zero {
  readonly key: ItemKey
  readonly build: number
  readonly position: Position
  /** By the monotonic clock: the stream was at or past the position. */
  readonly since: number
}

interface Stream {
  readonly zeroes: Zero[]
  dueAt: number
  directoryAt: number
  /** Where it is looked for what others left behind. */
  partitions: { readonly pk: string; readonly build: number }[]
  start: ItemKey | undefined
}

export interface ZeroesOptions {
  readonly table: TableClient
  readonly builds: KnownBuilds
  /** Milliseconds after which no write can come any more that was sent before. */
  readonly horizonMilliseconds: number
  /** Milliseconds between two looks. */
  readonly everyMilliseconds: number
}

const mostKept = 200_000
const deletedAtOnce = 1_000
const lookedAtOnce = 1_000
const directoryMilliseconds = 300_000

/**
 * Counters that hold nothing stay for a while, since a write that comes late must find the position up to which they are. Once none can
 * come, they are deleted, bit by bit beside the batches, and so that no read meets many of them. Those that another process left behind are found
 * by looking through all builds, slowly.
 */
export class Zeroes {
  readonly #options: ZeroesOptions
  readonly #streams = new Map<string, Stream>()
  #underway: Promise<void> = Promise.resolve()
  #isWorking = false
  #isClosed = false

  constructor(options: ZeroesOptions) {
    this.#options = options
  }

  /** After the stream has moved to the position. */
  found(name: string, position: Position, items: readonly { readonly key: ItemKey; readonly build: number }[]): void {
    const stream = this.#stream(name)
    const since = this.#options.table.clock.monotonic()
    for (const { key, build } of items) {
      if (stream.zeroes.length === mostKept) break
      stream.zeroes.push({ key, build, position, since })
    }
    if (since < stream.dueAt || this.#isWorking || this.#isClosed) return
    stream.dueAt = since + this.#options.everyMilliseconds
    this.#isWorking = true
    // What fails is tried again the next time; nothing waits for it.
    this.#underway = this.work(name)
      .catch(() => {})
      .finally(() => {
        this.#isWorking = false
      })
  }

  /** One step. */
  async work(name: string): Promise<void> {
    const { table, builds, horizonMilliseconds } = this.#options
    const stream = this.#stream(name)
    const now = table.clock.monotonic()
    if (now - stream.directoryAt >= Math.min(directoryMilliseconds, horizonMilliseconds)) {
      const directory = await readDirectory(table, name)
      builds.saw(name, directory.builds)
      await sweepWaiting(table, name, horizonMilliseconds)
      const isEnded = (): boolean => this.#isClosed
      await sweepAgain({ table, tenants: builds.tenants(name), horizonMilliseconds, isEnded }, name)
      stream.directoryAt = now
      if (stream.partitions.length === 0)
        stream.partitions = directory.builds.flatMap(({ tenant, entry: { number: build, shards } }) =>
          Array.from({ length: shards }, (_, shard) => {
            return { pk: buildPartition(name, { tenant, number: build }, shard), build }
          }),
        )
    }
    await this.#lookThrough(name, stream)
    await this.#deleteDue(name, stream)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#underway
  }

  #stream(name: string): Stream {
    const now = this.#options.table.clock.monotonic()
    const dueAt = now + this.#options.everyMilliseconds
    const fresh = { zeroes: [], dueAt, directoryAt: Number.NEGATIVE_INFINITY, partitions: [], start: undefined }
    const stream = this.#streams.get(name) ?? fresh
    this.#streams.set(name, stream)
    return stream
  }

  async #lookThrough(name: string, stream: Stream): Promise<void> {
    const { table } = this.#options
    const partition = stream.partitions.at(-1)
    if (partition === undefined || stream.zeroes.length >= mostKept) return
    const { position } = (await readStream(table, name)).progress
    const since = table.clock.monotonic()
    const { pk, build } = partition
    const page = await table.query({
      purpose: 'sweep',
      pk,
      prefix: 'k',
      start: stream.start,
      limit: lookedAtOnce,
      isConsistent: false,
    })
    for (const item of page.items) {
      const at = lastOf(item)
      if (at !== undefined && at <= position && isNothing(item))
        stream.zeroes.push({ key: keyOf(item), build, position: at, since })
    }
    stream.start = page.next
    if (page.next === undefined) stream.partitions.pop()
  }

  async #deleteDue(name: string, stream: Stream): Promise<void> {
    const { table, builds, horizonMilliseconds } = this.#options
    const now = table.clock.monotonic()
    // In the order in which they were found.
    let due = 0
    while (due < deletedAtOnce && now - (stream.zeroes[due]?.since ?? now) >= horizonMilliseconds) due += 1
    const those = stream.zeroes.slice(0, due)
    const settled = those.filter(({ build }) => builds.isSettled(name, build))
    const items = await table.getMany('sweep', distinct(settled))
    const positions = new Map(settled.map(({ key, position }) => [JSON.stringify(key), position]))
    const nothing = items.filter(
      (item) => isNothing(item) && lastOf(item) === positions.get(JSON.stringify(keyOf(item))),
    )
    await eachOf(nothing, 8, (item) => this.#delete(item))
    stream.zeroes.splice(0, due)
  }

  /** Unless something was added to it since. */
  async #delete(item: Item): Promise<void> {
    await this.#options.table.delete({ purpose: 'sweep', key: keyOf(item), ...stillNothing(item) })
  }
}

function distinct(zeroes: readonly Zero[]): ItemKey[] {
  return [...new Map(zeroes.map(({ key }) => [JSON.stringify(key), key])).values()]
}

import { setImmediate } from 'node:timers/promises'
import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import type {
  BaseAddition,
  Batch,
  Build,
  BuildId,
  NewBuild,
  Reading,
  ReadResult,
  SortRange,
  State,
} from '../../src/store/report-store.ts'
import { addAll, collect, storesThatExpireWrongly } from './broken-expiry.ts'

/** Adds again what was added when the answer was lost. */
class AddsAgain extends MemoryStore {
  override async apply(stream: string, batch: Batch): Promise<void> {
    const additions = await collect(batch.additions)
    const { position, epoch } = await this.progress(stream)
    if (position === batch.to && epoch === batch.epoch) addAll(this.stream(stream), additions)
    return super.apply(stream, { ...batch, additions })
  }
}

/** Takes a batch wherever it begins, as long as it moves on. */
class ForgetsTheFence extends MemoryStore {
  override async apply(stream: string, batch: Batch): Promise<void> {
    const additions = await collect(batch.additions)
    const { position } = await this.progress(stream)
    return super.apply(stream, { ...batch, from: position, additions })
  }
}

class IgnoresEpochs extends MemoryStore {
  override async apply(stream: string, batch: Batch): Promise<void> {
    const additions = await collect(batch.additions)
    const { epoch } = await this.progress(stream)
    return super.apply(stream, { ...batch, epoch, additions })
  }
}

/** The counters first, as they come, and then the position. */
class AddsBeforeItMoves extends MemoryStore {
  override async apply(stream: string, batch: Batch): Promise<void> {
    const { position, epoch } = await this.progress(stream)
    if (position === batch.from && epoch === batch.epoch)
      for await (const addition of batch.additions) addAll(this.stream(stream), [addition])
    return super.apply(stream, { ...batch, additions: [] })
  }
}

/** The position first, and then the counters. */
class MovesBeforeItAdds extends MemoryStore {
  override async apply(stream: string, batch: Batch): Promise<void> {
    await super.apply(stream, { ...batch, additions: [] })
    for await (const addition of batch.additions) addAll(this.stream(stream), [addition])
  }
}

/** What was dropped is still found, empty. */
class ReadsAsZero extends MemoryStore {
  override async drop(stream: string, build: BuildId): Promise<void> {
    const of = this.stream(stream)
    for (const [sort, { values }] of of.counters(build)) of.add(build, { sort, by: values.map((value) => -value) })
  }
}

class DropsTooMuch extends MemoryStore {
  override async drop(stream: string, build: BuildId): Promise<void> {
    for (const each of await this.builds(stream)) if (each.report === build.report) await super.drop(stream, each)
  }
}

/** Keeps floating-point numbers. */
class Approximates extends MemoryStore {
  override async read(
    stream: string,
    of: Reading,
    ranges: readonly SortRange[],
    known?: State,
  ): Promise<ReadResult | null> {
    return changed(await super.read(stream, of, ranges, known), (values) =>
      values.map((value) => BigInt(Number(value))),
    )
  }
}

/** Asks for the position, and then for the counters. */
class ReadsInTwoSteps extends MemoryStore {
  override async read(
    stream: string,
    of: Reading,
    ranges: readonly SortRange[],
    known?: State,
  ): Promise<ReadResult | null> {
    const { position: asOf } = await this.progress(stream)
    await setImmediate()
    const read = await super.read(stream, of, ranges, known)
    return read && { ...read, asOf }
  }
}

/** Answers from what it read some time ago. */
class ReadsFromACache extends MemoryStore {
  readonly #known = new Map<string, ReadResult | null>()
  override async read(
    stream: string,
    of: Reading,
    ranges: readonly SortRange[],
    known?: State,
  ): Promise<ReadResult | null> {
    const key = JSON.stringify([stream, of, ranges, known?.number, known?.changedAt])
    const found = this.#known.get(key)
    if (found != null) return found
    const read = await super.read(stream, of, ranges, known)
    this.#known.set(key, read)
    return read
  }
}

class KeepsZeroes extends MemoryStore {
  override async read(
    stream: string,
    of: Reading,
    ranges: readonly SortRange[],
    known?: State,
  ): Promise<ReadResult | null> {
    const read = await super.read(stream, of, ranges, known)
    const zero = { sort: 'zero', values: [0n] }
    return read && { ...read, counters: read.counters.map((counters) => [...counters, zero]) }
  }
}

class AddsChunksAgain extends MemoryStore {
  override async addBase(stream: string, build: BuildId, chunk: string, additions: Iterable<BaseAddition>) {
    return super.addBase(stream, build, `${chunk} ${crypto.randomUUID()}`, additions)
  }
}

/** Notes a chunk as added before it is. */
class NotesChunksTooEarly extends MemoryStore {
  override async addBase(stream: string, build: BuildId, chunk: string, additions: Iterable<BaseAddition>) {
    await super.addBase(stream, build, chunk, [])
    const of = this.stream(stream)
    if (of.addChunk(build, `${chunk} once`)) for (const addition of additions) of.add(build, addition)
  }
}

/** Makes a build the one that is read before the fold has come to its start. */
class ReadyTooEarly extends MemoryStore {
  override async ready(stream: string, build: BuildId): Promise<void> {
    const of = this.stream(stream)
    if (of.find(build)?.state === 'filling') of.change(build, { state: 'ready' })
    else await super.ready(stream, build)
  }
}

/** Lets a build start where the stream has been. */
class OpensInThePast extends MemoryStore {
  override async open(stream: string, builds: readonly NewBuild[], epoch: number): Promise<readonly Build[]> {
    const of = this.stream(stream)
    const { progress } = of
    of.progress = { ...progress, position: builds[0]?.startsAt ?? progress.position }
    const opened = await super.open(stream, builds, epoch)
    of.progress = { ...of.progress, position: progress.position }
    return opened
  }
}

/** Takes a build for unchanged as long as it is the same. */
class ForgetsWhatChanged extends MemoryStore {
  override async read(
    stream: string,
    of: Reading,
    ranges: readonly SortRange[],
    known?: State,
  ): Promise<ReadResult | null> {
    const read = await super.read(stream, of, ranges)
    if (read === null || read.build.number !== known?.number) return read
    return { ...read, build: { ...read.build, changedAt: known.changedAt }, counters: [] }
  }
}

/** Knows a build by its tenant and report joined by a slash, as a key made without care does. */
class MixesTenants extends MemoryStore {
  override async read(
    stream: string,
    of: Reading,
    ranges: readonly SortRange[],
    known?: State,
  ): Promise<ReadResult | null> {
    const read = await super.read(stream, of, ranges, known)
    if (read === null || read.counters.length === 0) return read
    const key = (of: { tenant: string; report: string }) => `${of.tenant}/${of.report}`.toLowerCase()
    const other = (await this.builds(stream)).find((each) => each.state === 'ready' && key(each) === key(read.build))
    const mixed = other && (await super.read(stream, other, ranges))
    return { ...read, counters: mixed?.counters ?? read.counters }
  }
}

/** Each must be caught. */
export const brokenStores: Readonly<Record<string, new () => MemoryStore>> = {
  AddsAgain,
  ForgetsTheFence,
  IgnoresEpochs,
  AddsBeforeItMoves,
  MovesBeforeItAdds,
  ReadsAsZero,
  DropsTooMuch,
  Approximates,
  ReadsInTwoSteps,
  ReadsFromACache,
  KeepsZeroes,
  AddsChunksAgain,
  NotesChunksTooEarly,
  ReadyTooEarly,
  OpensInThePast,
  ForgetsWhatChanged,
  MixesTenants,
  ...storesThatExpireWrongly,
}

function changed(read: ReadResult | null, change: (values: readonly bigint[]) => bigint[]): ReadResult | null {
  if (read === null) return null
  const counters = read.counters.map((each) => each.map(({ sort, values }) => ({ sort, values: change(values) })))
  return { ...read, counters }
}

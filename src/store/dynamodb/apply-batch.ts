import { MillraceError } from '../../errors.ts'
import { isZero, secondsOf } from '../keys.ts'
import type { Addition, Batch } from '../report-store.ts'
import type { ChangeMarks } from './change-marks.ts'
import { Confirmation } from './confirmation.ts'
import type { KnownBuild, KnownBuilds } from './known-builds.ts'
import { readMarks } from './marks.ts'
import { advance, declare, readStream } from './progress-item.ts'
import { SummedAdditions } from './summed-additions.ts'
import type { TableClient } from './table-client.ts'
import { type Target, writeCounters } from './write-counters.ts'
import type { Zeroes } from './zeroes.ts'

export interface ApplyOptions {
  readonly table: TableClient
  readonly builds: KnownBuilds
  readonly marks: ChangeMarks
  readonly zeroes: Zeroes
  /** Of additions, before they go to disk. */
  readonly memoryBytes: number
  /** For which writes are sent after it was seen that they are still wanted. */
  readonly confirmedMilliseconds: number
}

/**
 * Declares the end of the batch, writes each counter once with what the batch adds to it, then moves the stream. Whoever comes to a
 * batch that was declared writes the same; what is in already is known by its position (S1).
 */
export async function applyBatch(options: ApplyOptions, stream: string, batch: Batch): Promise<void> {
  const { table, zeroes } = options
  const { from, to, epoch } = batch
  if (to <= from) throw new MillraceError('STORE_CONFLICT', `the batch leads from ${from} to ${to}`)
  const builds = await options.builds.in(stream, epoch)
  const sums = new SummedAdditions(options.memoryBytes)
  try {
    await collect(sums, builds, batch)
    const nothing = sums.touched.length === 0 ? [] : await writeBatch(options, stream, batch, builds, sums)
    await advance(table, stream, batch)
    zeroes.found(stream, to, nothing)
  } finally {
    await sums.discard()
  }
}

/** All of them before anything is written: they may come to a sudden end. Those in memory are not awaited one by one. */
async function collect(
  sums: SummedAdditions,
  builds: ReadonlyMap<number, KnownBuild>,
  { additions, committedAt }: Batch,
): Promise<void> {
  const now = secondsOf(committedAt)
  const add = ({ build, ...addition }: Addition): void => {
    const known = builds.get(build.number)
    if (known?.tenant !== build.tenant || known.report !== build.report || isZero(addition.by)) return
    if (addition.expiresAt === undefined || addition.expiresAt > now) sums.add(build.number, addition)
  }
  if (Symbol.iterator in additions) {
    for (const addition of additions) {
      add(addition)
      if (sums.isFull) await sums.spill()
    }
  } else {
    for await (const addition of additions) {
      add(addition)
      if (sums.isFull) await sums.spill()
    }
  }
}

/** Gives the items that seem to hold nothing any more. */
async function writeBatch(
  { table, builds: known, marks, confirmedMilliseconds }: ApplyOptions,
  stream: string,
  { from, to, epoch }: Batch,
  builds: ReadonlyMap<number, KnownBuild>,
  sums: SummedAdditions,
) {
  const began = table.clock.monotonic()
  await declare(table, stream, { from, to, epoch })
  const targets = new Map<number, Target>()
  const look = async (): Promise<void> => {
    const { progress } = await readStream(table, stream)
    if (progress.position !== from || progress.epoch !== epoch || progress.until !== to)
      throw new MillraceError('STORE_CONFLICT', `the stream has moved on while the batch until ${to} was written`)
    // What was dropped meanwhile takes nothing any more.
    const there = await readMarks(table, stream, [...targets.keys()])
    for (const number of targets.keys()) if (!there.has(number)) targets.delete(number)
  }
  const { confirm } = new Confirmation(table.clock, confirmedMilliseconds, look, began)
  const there = await marks.mark(stream, sums.touched, { from, to, confirm })
  for (const number of there) {
    const build = builds.get(number)
    if (build !== undefined) targets.set(number, { ...build, isSettled: known.isSettled(stream, number) })
  }
  const nothing: { readonly key: { readonly pk: string; readonly sk: string }; readonly build: number }[] = []
  const onNothing = (key: { readonly pk: string; readonly sk: string }, build: number): void => {
    nothing.push({ key, build })
  }
  for await (const part of sums.parts())
    await writeCounters({ table, stream, targets, of: { from, to }, confirm, onNothing }, part)
  return nothing
}

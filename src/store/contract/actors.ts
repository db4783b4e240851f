import { compareText } from '../../report/compare-text.ts'
import { hasExpired } from '../keys.ts'
import type { Addition, Batch, Build, Counter, Position, ReadResult, ReportStore, SortRange } from '../report-store.ts'
import {
  type BuilderStep,
  committedAt,
  expiryOf,
  fingerprint,
  keys,
  type OperatorStep,
  placeOf,
  positionOf,
  type ReaderStep,
  rollups,
  type WorkerStep,
} from './history.ts'
import type { Truth } from './truth.ts'
import { everything } from './truth.ts'
import { attempt, expectThat, type Witness } from './witness.ts'

export interface Scene {
  readonly stream: string
  readonly truth: Truth
  readonly witness: Witness
}

/** What a worker sends for the transactions between two positions, image by image, in an order of its own (S5, F3). */
export function additionsOf(truth: Truth, builds: readonly Build[], from: Position, to: Position): Addition[] {
  const additions: Addition[] = []
  for (let place = placeOf(from) + 1; place <= placeOf(to); place++) {
    for (const { rollup, key, by } of truth.transactions[place - 1] ?? []) {
      const { tenant, report } = rollups[rollup] as (typeof rollups)[number]
      for (const build of builds) {
        const takes = build.tenant === tenant && build.report === report && build.startsAt < positionOf(place)
        const sort = keys[key] as string
        if (takes) additions.push({ build, sort, by, expiresAt: expiryOf(sort) })
      }
    }
  }
  return additions.reverse()
}

/** The next batch of a stream, as a worker that has just come to it makes it; nothing at the end. */
export async function nextBatch(
  { truth, stream, witness }: Scene,
  store: ReportStore,
  transactions: number,
): Promise<{ readonly batch: Batch; readonly builds: readonly Build[] } | undefined> {
  const before = await store.progress(stream)
  const builds = await store.builds(stream)
  witness.seen(builds)
  const { position: from, epoch, until } = await store.progress(stream)
  if (epoch !== before.epoch || (from >= truth.end && until === undefined)) return undefined
  const place = Math.min(placeOf(from) + transactions, truth.transactions.length)
  const to = until ?? positionOf(place)
  const additions = additionsOf(truth, builds, from, to)
  return { batch: { from, to, epoch, committedAt: committedAt(to), source: 'source', additions }, builds }
}

export async function work(scene: Scene, store: ReportStore, steps: readonly WorkerStep[]): Promise<void> {
  const { stream, witness } = scene
  let last: Batch | undefined
  for (const { transactions, again } of steps) {
    if (again && last !== undefined) await attempt(store.apply(stream, last))
    const next = await attempt(nextBatch(scene, store, transactions))
    if (next === undefined) continue
    last = next.batch
    const applied = await attempt(store.apply(stream, next.batch).then(() => true))
    if (applied) witness.advanced(next.builds, next.batch.to)
  }
}

/** Everything that a build needs before it is read; true where it was all done. */
export async function fill({ stream, truth, witness }: Scene, store: ReportStore, build: Build): Promise<boolean> {
  let isWhole = true
  for (const [index, additions] of truth.base(build.startsAt, build).entries()) {
    const added = await attempt(store.addBase(stream, build, `chunk ${index}`, additions).then(() => true))
    isWhole &&= added === true
  }
  if (isWhole) witness.filled(build)
  return isWhole && (await attempt(store.ready(stream, build).then(() => true))) === true
}

export async function construct(scene: Scene, store: ReportStore, steps: readonly BuilderStep[]): Promise<void> {
  const { stream, truth } = scene
  for (const { act, rollup, number } of steps) {
    if (act === 'open') {
      const progress = await attempt(store.progress(stream))
      if (progress === undefined) continue
      const place = Math.min(placeOf(progress.position) + number, truth.transactions.length)
      const { tenant, report } = rollups[rollup] as (typeof rollups)[number]
      const build = { tenant, report, fingerprint, definition: 'definition', facts: '', startsAt: positionOf(place) }
      await attempt(store.open(stream, [build], progress.epoch))
    } else {
      const filling = (await attempt(store.builds(stream)))?.filter(({ state }) => state === 'filling') ?? []
      const build = filling[number % filling.length]
      if (build !== undefined) await fill(scene, store, build)
    }
  }
}

export async function operate(
  { stream, truth, witness }: Scene,
  store: ReportStore,
  steps: readonly OperatorStep[],
  interrupt: () => Promise<void>,
): Promise<void> {
  for (const { act, number } of steps) {
    if (act === 'interrupt') await interrupt()
    const builds = (await attempt(store.builds(stream))) ?? []
    const build = builds[number % builds.length]
    if (act === 'restart') {
      const progress = await attempt(store.progress(stream))
      if (progress === undefined) continue
      witness.removes()
      const position = positionOf(number % (truth.transactions.length + 1))
      const restarted = await attempt(store.restart(stream, { position, source: 'restarted', epoch: progress.epoch }))
      if (restarted !== undefined) for (const each of builds) witness.ended(each)
    } else if (build !== undefined) {
      if (act === 'drop') witness.removes(build)
      if (act === 'drop' && (await attempt(store.drop(stream, build).then(() => true)))) witness.ended(build)
      if (act === 'stop' && (await attempt(store.stop(stream, [build], 'why').then(() => true)))) witness.ended(build)
      if (act === 'retire') await attempt(store.retire(stream, build))
      // As when a deploy goes back: what is replaced is whole.
      if (act === 'ready' && build.state === 'replaced') await attempt(store.ready(stream, build))
    }
  }
}

function rangesOf({ from, to }: ReaderStep): SortRange[] {
  const bound = (place: number, otherwise: string): string => keys[place] ?? otherwise
  return [everything, { from: bound(from, ''), to: bound(to, everything.to) }]
}

/** What a reader has of a build, all its counters. */
interface Held {
  readonly build: Build
  readonly all: readonly Counter[]
}

/** Whether counters were left out of an answer, since the build is in the state in which they are held. */
function isIn({ build, counters }: ReadResult, known: Held | undefined): known is Held {
  const isKnown = build.number === known?.build.number && build.changedAt === known.build.changedAt
  expectThat(isKnown || counters.length > 0, 'S2 only counters whose state the reader knows are left out')
  expectThat(!isKnown || counters.length === 0, 'S2 counters whose state the reader knows are left out')
  return isKnown
}

/** What is held of a range, but for what has expired meanwhile. */
const within = ({ all }: Held, { from, to }: SortRange, at: bigint): readonly Counter[] =>
  all.filter(({ sort }) => compareText(from, sort) <= 0 && compareText(sort, to) < 0 && !hasExpired(expiryOf(sort), at))

export async function look(
  { stream, witness }: Scene,
  store: ReportStore,
  steps: readonly ReaderStep[],
): Promise<void> {
  const held = new Map<string, Held>()
  for (const step of steps) {
    const ranges = rangesOf(step)
    const { tenant, report } = rollups[step.number % rollups.length] as (typeof rollups)[number]
    if (step.by === 'changed') {
      const changed = await attempt(store.changed(stream, [tenant], positionOf(0)))
      for (const each of changed?.reports ?? []) {
        expectThat(each.tenant === tenant, `S7 what changed is of the tenant that was asked for, not of ${each.tenant}`)
        expectThat(each.changedAt <= (changed?.position ?? ''), 'S2 nothing changed after the position that is told')
      }
      continue
    }
    const builds = step.by === 'number' ? await attempt(store.builds(stream)) : undefined
    const build = builds?.[step.number % builds.length]
    const of = step.by === 'number' ? build : { tenant, report, fingerprint }
    if (of === undefined) continue
    const compare = witness.begin()
    const known = held.get(JSON.stringify([of.tenant, of.report]))
    const answer = await attempt(store.read(stream, of, ranges, known?.build))
    if (answer === undefined || answer === null) continue
    const heldOf = (held: Held) => ranges.map((range) => within(held, range, answer.committedAt))
    const read = isIn(answer, known) ? { ...answer, counters: heldOf(known) } : answer
    if (read.build.state !== 'filling')
      held.set(JSON.stringify([of.tenant, of.report]), { build: read.build, all: read.counters[0] ?? [] })
    const isRight = read.build.tenant === of.tenant && read.build.report === of.report
    expectThat(isRight, `S7 a read of ${JSON.stringify(of)} gives no other`)
    if (step.by === 'fingerprint') {
      const state = read.build.state
      expectThat(state === 'ready' || state === 'replaced', `S2 a build that is ${state} is not read`)
    }
    compare(read, ranges)
  }
}

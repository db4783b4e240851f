import type { ReportStore } from '../report-store.ts'
import { construct, fill, look, nextBatch, operate, type Scene, work } from './actors.ts'
import { committedAt, type Fault, fingerprint, type History, positionOf, rollups } from './history.ts'
import { everything, Truth } from './truth.ts'
import { cycle, unreliable } from './unreliable-store.ts'
import { expectThat, Witness } from './witness.ts'

/** A store as two processes see it. */
export interface Sides {
  readonly store: ReportStore
  readonly other: ReportStore
  readonly interrupt?: (() => Promise<void>) | undefined
}

/**
 * Plays a history on a stream of its own, with everybody at work at once, then lets a last worker come to the end, undisturbed. Throws
 * BrokenLaw where an answer on the way or the state at the end is not what the changes amount to. Gives how many answers were compared.
 */
export async function playHistory({ store, other, interrupt }: Sides, history: History): Promise<number> {
  const truth = await Truth.of(history.transactions)
  const scene: Scene = { stream: crypto.randomUUID(), truth, witness: new Witness(truth) }
  if (history.isBuilt) await begin(scene, store)
  const underway: (() => Promise<void>)[] = []
  let processes = 0
  const side = (faults: readonly Fault[] = ['none']): ReportStore => {
    const at = processes++
    const far = unreliable(at % 2 === 0 ? store : other, cycle(faults), cycle(history.delays, at * 5))
    underway.push(far.settled)
    return far.store
  }
  const faulty = (): ReportStore => side(history.faults[processes % history.faults.length])
  const ended = await Promise.allSettled([
    ...history.workers.map((steps) => work(scene, faulty(), steps)),
    ...history.builders.map((steps) => construct(scene, faulty(), steps)),
    operate(scene, faulty(), history.operator, interrupt ?? (async () => {})),
    ...history.readers.map((steps) => look(scene, side(), steps)),
  ])
  for (const settled of underway) await settled()
  const failed = ended.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  await finish(scene, store)
  return scene.witness.reads
}

/** All rollups have a build that is read, while nothing has been added yet. */
async function begin({ stream }: Scene, store: ReportStore): Promise<void> {
  const startsAt = positionOf(0)
  const builds = rollups.map((rollup) => ({ ...rollup, fingerprint, definition: '', facts: '', startsAt }))
  for (const build of await store.open(stream, builds, 0)) await store.ready(stream, build)
}

/** All rollups are there and at the end; every build that can be read is exact, and nothing is left of the others. */
async function finish(scene: Scene, store: ReportStore): Promise<void> {
  const { stream, truth, witness } = scene
  const { position, epoch } = await store.progress(stream)
  const missing = rollups.map((rollup) => ({ ...rollup, fingerprint, definition: '', facts: '', startsAt: position }))
  await store.open(stream, missing, epoch)
  for (;;) {
    const next = await nextBatch(scene, store, 3)
    if (next === undefined) break
    await store.apply(stream, next.batch)
    witness.advanced(next.builds, next.batch.to)
  }
  expectThat((await store.progress(stream)).position === truth.end, 'S4 the stream comes to its end')
  for (const build of await store.builds(stream)) {
    if (build.state === 'filling') expectThat(await fill(scene, store, build), 'S1 a build comes to its end')
  }
  const builds = await store.builds(stream)
  witness.expectAll(builds)
  for (const build of builds) {
    if (build.state === 'stopped') continue
    const compare = witness.begin()
    const read = await store.read(stream, build, [everything])
    expectThat(read?.asOf === truth.end, 'S3 a read at the end is as of the end')
    if (read !== null) compare(read, [everything])
  }
  const tenants = [...new Set(rollups.map(({ tenant }) => tenant))]
  const changed = await store.changed(stream, tenants, positionOf(0))
  for (const { tenant, report } of rollups) {
    const ready = builds.filter((each) => each.tenant === tenant && each.report === report && each.state === 'ready')
    expectThat(ready.length === 1, `S7 one build of a report is ready, not ${ready.length}`)
    const isTold = changed.reports.some((each) => each.tenant === tenant && each.report === report)
    const isMoved =
      truth.end > positionOf(0) && truth.at(truth.end, committedAt(truth.end), { tenant, report }).length > 0
    expectThat(isTold || !isMoved, `S2 what changed is told: ${JSON.stringify({ tenant, report })}`)
  }
}

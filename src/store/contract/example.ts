import type { Addition, Build, BuildId, NewBuild, Position, ReportStore, Request } from '../report-store.ts'
import { everything, trimmed } from './truth.ts'

export interface ExampleScene {
  readonly store: ReportStore
  /** As another process sees it. */
  readonly other: ReportStore
  /** Its own. */
  readonly stream: string
  /** As many as are many. */
  readonly counters: number
}

/** One test of a law by example. */
export interface Example {
  /** Begins with the law. */
  readonly title: string
  run(scene: ExampleScene): Promise<void>
}

export const at = (place: number): Position => place.toString(16).padStart(16, '0')

export const newBuild = (tenant: string, report = 'report', startsAt = at(0)): NewBuild => ({
  tenant,
  report,
  fingerprint: 'fingerprint',
  definition: '{"definition":"…"}',
  facts: '{"facts":1}',
  startsAt,
})

/** Builds that are read, from the stream's present position. */
export async function readyBuilds({ store, stream }: ExampleScene, ...of: NewBuild[]): Promise<readonly Build[]> {
  const { epoch, position } = await store.progress(stream)
  const builds = await store.open(
    stream,
    of.map((each) => ({ ...each, startsAt: position })),
    epoch,
  )
  for (const build of builds) await store.ready(stream, build)
  return await store.builds(stream)
}

/** Applies a batch that leads from where the stream is to another place. */
export async function applyTo({ store, stream }: ExampleScene, to: number, ...additions: Addition[]): Promise<void> {
  const { position, epoch } = await store.progress(stream)
  const batch = { from: position, to: at(to), epoch, committedAt: BigInt(to) * 1_000_000n, source: `source ${to}` }
  await store.apply(stream, { ...batch, additions })
}

export const idOf = ({ tenant, report, number }: BuildId): BuildId => ({ tenant, report, number })

/** All counters of a build, as `sort` to vector. */
export async function countersOf({ store, stream }: ExampleScene, build: BuildId): Promise<Record<string, bigint[]>> {
  const read = await store.read(stream, idOf(build), [everything])
  const counters = (read?.counters[0] ?? []).map(trimmed)
  return Object.fromEntries(counters.map(({ sort, values }) => [sort, [...values]]))
}

export const stateOf = ({ state }: Build | Request): string => state

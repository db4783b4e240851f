import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import type { Cluster } from '../../src/embedded/cluster.ts'
import { idOf } from '../../src/fold/active-build.ts'
import { fillBase } from '../../src/fold/base.ts'
import { apply } from '../../src/replication/apply.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { defineBuild, readBuildDefinition } from '../../src/rollup/build-definition.ts'
import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import { type Build, origin, type ReportStore } from '../../src/store/report-store.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { type Folding, startFolding } from '../fold/folding.ts'
import type { SourceDatabase } from '../replication/source-database.ts'
import { type History, storageOf, tableSources, worldOf } from './history.ts'
import { type Difference, judgeWorld, type Tally } from './judge-world.ts'
import { loadWorld } from './load-world.ts'
import { reportOf } from './report-data.ts'
import { storeEngine } from './store-engine.ts'
import { sourcesOf } from './table.ts'
import { type Count, Writer } from './write-history.ts'

export interface HistoryPlace {
  readonly cluster: Cluster
  readonly source: SourceDatabase
  /** Reads what the tables hold, by a session whose settings are plain. */
  readonly oracle: pg.Client
  /** The stores that are held to the oracle, by what they are called. */
  readonly stores: ReadonlyMap<string, ReportStore>
}

/** What two ways to the same counters differ in, or an answer that is not the oracle's. */
export type Wrong = { readonly after: string } & (
  | { readonly difference: Difference }
  | { readonly build: Pick<Build, 'tenant' | 'report'>; readonly counters: unknown }
)

let streams = 0

/** The reports of a history, each under a name of its own. */
function reportsOf({ questions, storage, tenants }: History): Map<string, ReportDefinition> {
  const reports = new Map<string, ReportDefinition>()
  questions.forEach(({ report }, at) => {
    const own = { ...reportOf(report, storageOf(storage, at % 2)), name: `random-${at}` }
    const fingerprint = defineBuild(own, tenants[0] as History['tenants'][number]).fingerprint
    if (!reports.has(fingerprint)) reports.set(fingerprint, own)
  })
  return reports
}

/**
 * Folds a history while it takes place into a memory store, batch by small batch and by way of the disk, and into those of the place.
 * Gives the first answer that is not what the oracle says (F1), the first counter in which a store differs from the memory (F3) or that
 * a build from the end of the history has otherwise (R12), or that is left once every row is gone (F2).
 */
export async function judgeHistory(
  place: HistoryPlace,
  history: History,
  tally: Tally,
  count: Count,
): Promise<Wrong | undefined> {
  const { cluster, source, oracle, stores } = place
  await loadWorld(source.host, history, sourcesOf(history.storage))
  const writer = new Writer(source.host, history, count)
  await writer.makeOtherTable()
  const schemas = history.storage.tenancy === 'schema' ? history.tenants.map(({ schema }) => schema as string) : []
  await apply(source.settings, { sources: tableSources(history), schemas })
  const reports = [...reportsOf(history).values()]
  const names = new Map(
    history.tenants.flatMap((tenant) =>
      reports.map((report) => [defineBuild(report, tenant).fingerprint, report.name] as const),
    ),
  )
  const tenants = createAllowlist(history.tenants.map(({ id, schema, timeZone }) => ({ id, schema, timeZone })))
  await tenants.start()
  const stream = `history ${++streams}`
  const memory = new MemoryStore()
  const { port } = history.usesStandby ? cluster.standby.connection : { port: undefined }
  const snapshots = port === undefined ? {} : { snapshots: { ...source.settings, port } }
  const common = { reports, tenants, stream, pauseRatio: 0, heartbeatMilliseconds: 60_000, ...snapshots }
  const foldings = [
    startFolding(source, { ...common, store: memory, flushMilliseconds: 1, memoryBytes: 2_000 }),
    ...[...stores.values()].map((store) => startFolding(source, { ...common, store, flushMilliseconds: 20 })),
  ]
  const builds = reports.length * history.tenants.length
  const settled = async () => {
    let isSettled = false
    const nudging = (async () => {
      while (!isSettled) await Promise.all([writer.nudge(oracle), delay(30)])
    })()
    for (const folding of foldings) await folding.caughtUp()
    for (const folding of foldings) await folding.ready(builds)
    isSettled = true
    await nudging
  }
  const judge = async (after: string): Promise<Wrong | undefined> => {
    await settled()
    for (const [name, store] of stores) {
      for (const table of [0, 1]) {
        const world = worldOf(history, table)
        const engine = await storeEngine(store, stream, world, (fingerprint) => names.get(fingerprint) as string)
        const difference = await judgeWorld(oracle, engine, world, tally)
        if (difference !== undefined) return { after: `${after}, ${name}`, difference }
      }
      const wrong = await compareStores(`${after}, memory and ${name}`, stream, memory, store)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  try {
    let isBuilt = !history.isUnderWay
    const writing = writer.writeUntil(oracle, () => isBuilt)
    await settled().finally(() => {
      isBuilt = true
    })
    await writing
    for (const [at, transaction] of history.transactions.entries()) {
      await writer.run(transaction)
      const wrong = transaction.isJudged ? await judge(`transaction ${at}`) : undefined
      if (wrong !== undefined) return wrong
    }
    const wrong = (await judge('the end')) ?? (await rebuilt(place, stream, memory))
    if (wrong !== undefined) return wrong
    await writer.deleteAll()
    countEvents(foldings, count)
    for (const store of [memory, ...stores.values()]) {
      const wrong = await anyLeft(stream, store)
      if (wrong !== undefined) return wrong
    }
    return undefined
  } finally {
    for (const folding of foldings) await folding.stop()
    await clearAway(place, stream)
  }
}

const isReady = ({ state }: Build): boolean => state === 'ready'

async function compareStores(
  after: string,
  stream: string,
  one: ReportStore,
  other: ReportStore,
): Promise<Wrong | undefined> {
  const others = (await other.builds(stream)).filter(isReady)
  for (const build of (await one.builds(stream)).filter(isReady)) {
    const same = others.find(({ tenant, report }) => tenant === build.tenant && report === build.report) as Build
    const [left, right] = [await countersOf(one, stream, build), await countersOf(other, stream, same)]
    if (!isDeepStrictEqual(left, right)) return { after, build: idOf(build), counters: unlike(left, right) }
  }
  return undefined
}

type Sums = Readonly<Record<string, readonly string[]>>

/** By key, without zeroes at the end, which mean the same as nothing. */
async function countersOf(store: ReportStore, stream: string, build: Build): Promise<Sums> {
  const counters = (await store.read(stream, idOf(build), everything))?.counters.flat() ?? []
  return Object.fromEntries(
    counters.map(({ sort, values }) => [
      sort,
      values.slice(0, values.findLastIndex((value) => value !== 0n) + 1).map(String),
    ]),
  )
}

const unlike = (left: Sums, right: Sums) =>
  [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((sort) => !isDeepStrictEqual(left[sort], right[sort]))
    .slice(0, 5)
    .map((sort) => [sort, left[sort], right[sort]])

const everything = [{ from: '', to: '\u{10ffff}' }]

/** R12: what was folded is what a build from the tables as they are would have. */
async function rebuilt({ source }: HistoryPlace, stream: string, memory: ReportStore): Promise<Wrong | undefined> {
  const store = new MemoryStore()
  const folded = (await memory.builds(stream)).filter(isReady)
  const builds = await store.open(
    stream,
    folded.map((build) => ({ ...build, startsAt: origin })),
    0,
  )
  const client = await source.connect()
  await client.query('begin isolation level repeatable read read only')
  await fillBase({
    client,
    store,
    stream,
    builds: builds.map((build) => ({ build, definition: readBuildDefinition(build.definition) })),
    onPoison: (_, detail) => {
      throw new Error(detail)
    },
  })
  await client.end()
  for (const build of builds) await store.ready(stream, build)
  return await compareStores('the end, a build from it', stream, store, memory)
}

/** F2. There are no rows left to nudge the position with, so that it is not waited for. */
async function anyLeft(stream: string, store: ReportStore): Promise<Wrong | undefined> {
  const until = performance.now() + 20_000
  for (const build of (await store.builds(stream)).filter(isReady)) {
    for (;;) {
      const counters = (await store.read(stream, idOf(build), everything))?.counters.flat() ?? []
      if (counters.length === 0) break
      if (performance.now() > until) {
        return { after: 'every row was deleted', build: idOf(build), counters: counters.slice(0, 5) }
      }
      await delay(10)
    }
  }
  return undefined
}

function countEvents(foldings: readonly Folding[], count: Count): void {
  for (const { events } of foldings) {
    for (const event of events) {
      if (event.type === 'batch' && event.spilledBytes > 0) count('spilled')
      if (event.type === 'build-stopped' && event.again) count('built anew')
    }
  }
}

async function clearAway({ source, stores }: HistoryPlace, stream: string): Promise<void> {
  for (const store of stores.values()) {
    for (const build of await store.builds(stream)) await store.drop(stream, build)
  }
  for (;;) {
    const { rows } = await source.host.query(`select slot_name, active from pg_replication_slots
      where database = current_database()`)
    if (rows.length === 0) return
    for (const { slot_name, active } of rows) {
      if (!active) await source.host.query('select pg_drop_replication_slot($1)', [slot_name])
    }
    await delay(10)
  }
}

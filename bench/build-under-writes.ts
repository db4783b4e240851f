import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresStore } from '../src/store/postgres/postgres-store.ts'
import { type FindingDatabase, findingDatabase } from './finding-database.ts'
import { findingTables, namesOf } from './finding-reports.ts'
import { type MachineLoad, watchMachine } from './machine-load.ts'
import { residentMemory } from './memory-of.ts'
import { serverSeconds } from './process-cpu.ts'
import type { FindingWriterAnswer, FindingWriterQuestion, FindingWriterStart } from './program/finding-writer.ts'
import type { FoldAnswer, FoldQuestion, FoldStart } from './program/fold.ts'
import { type Program, startProgram } from './program.ts'
import { printTable, whole } from './table.ts'
import { printVerdict } from './verdict.ts'

const writesPerSecond = 300
/** 5 million rows in a minute. */
const leastRowsPerSecond = 5_000_000 / 60
const { findings } = findingTables.all

type Writer = Program<object, FindingWriterQuestion, FindingWriterAnswer>

/** What a first fill came to. */
interface Filled {
  readonly rollups: number
  readonly seconds: number
  /** Of a core, while it ran. */
  readonly cpu: { readonly fold: number; readonly primary: number; readonly standby: number; readonly store: number }
  readonly megabytes: number
  readonly written: number
}

interface Verified {
  readonly seconds: number
  readonly compared: number
  readonly different: number
  readonly written: number
}

/** The first fill of rollups of 100 tenants while the host goes on writing, and whether it is right. */
export async function buildUnderWrites({ rows }: { readonly rows: number }): Promise<void> {
  await using database = await findingDatabase({ standby: true, tenants: 100 })
  await database.addTable('finding', rows)
  await database.prepare([findings])
  await database.cluster.caughtUp()
  const writer: Writer = await startProgram<FindingWriterStart, object, FindingWriterQuestion, FindingWriterAnswer>(
    'finding-writer',
    { source: database.source, tenants: database.tenants, marked: 't0' },
  )
  const loadOf = watchMachine()
  const { filled: one, verified } = await build(database, writer, 1, true)
  const load = loadOf()
  const { filled: four } = await build(database, writer, 4, false)
  await writer.close()
  print([one, four], verified, rows, load)
}

async function build(database: FindingDatabase, writer: Writer, rollups: number, isVerified: boolean) {
  const { source, tenants, cluster, storeServer } = database
  const { connection, store } = await database.addStore(`store_of_${rollups}`)
  const folder = await startProgram<FoldStart, object, FoldQuestion, FoldAnswer>('fold', {
    ...{ source, standby: { ...source, port: cluster.standby.connection.port }, store: connection, tenants },
    reports: namesOf(findingTables.all, rollups),
  })
  const servers = () => ({
    primary: serverSeconds(cluster.primary),
    standby: serverSeconds(cluster.standby),
    store: serverSeconds(storeServer),
  })
  await writer.ask({ do: 'start', changesPerSecond: writesPerSecond })
  const before = servers()
  await folder.ask({ do: 'start' })
  const { seconds, cpu, troubles } = await folder.ask({ do: 'built', builds: rollups * tenants.length })
  const after = servers()
  const { changes, seconds: taken } = await writer.ask({ do: 'stop' })
  if (troubles.length > 0) throw new Error(`the fold had troubles: ${troubles.join('; ')}`)
  const share = (of: keyof typeof after) => (after[of] - before[of]) / seconds
  const filled: Filled = {
    ...{ rollups, seconds, megabytes: residentMemory(folder.pid).most, written: changes / taken },
    cpu: { fold: cpu / seconds, primary: share('primary'), standby: share('standby'), store: share('store') },
  }
  const verified = isVerified ? await verify(store, writer) : undefined
  await folder.ask({ do: 'stop' })
  await folder.close()
  return { filled, verified }
}

/** Asks the worker, as `millrace verify` does, while the host goes on writing. */
async function verify(store: PostgresStore, writer: Writer): Promise<Verified> {
  await writer.ask({ do: 'start', changesPerSecond: writesPerSecond })
  const began = performance.now()
  const id = await store.ask('main', { kind: 'verify' })
  for (;;) {
    await delay(200)
    const request = (await store.requests('main')).find((each) => each.id === id)
    if (request === undefined) throw new Error('the request is gone')
    if (request.state === 'failed') throw new Error(`verify failed: ${request.outcome}`)
    if (request.state !== 'done') continue
    const { done, different } = JSON.parse(request.outcome) as { done: number; different: readonly object[] }
    const seconds = (performance.now() - began) / 1000
    const { changes, seconds: taken } = await writer.ask({ do: 'stop' })
    return { seconds, compared: done, different: different.length, written: changes / taken }
  }
}

function print(all: readonly Filled[], verified: Verified | undefined, rows: number, load: MachineLoad): void {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`
  const perSecond = ({ seconds }: Filled) => rows / seconds
  console.log(`${whole(rows)} rows in 100 tenants, while the host makes ${writesPerSecond} changes/s:\n`)
  printTable(
    ['', 'seconds', 'rows/s', 'writes/s', 'CPU of the fold', 'primary', 'standby', 'store', 'memory'],
    all.map((filled) => [
      `${filled.rollups} rollup${filled.rollups === 1 ? '' : 's'}`,
      filled.seconds.toFixed(1),
      whole(perSecond(filled)),
      whole(filled.written),
      ...[filled.cpu.fold, filled.cpu.primary, filled.cpu.standby, filled.cpu.store].map(percent),
      `${filled.megabytes.toFixed(0)} MB`,
    ]),
  )
  const [one] = all as [Filled]
  printVerdict(
    perSecond(one) >= leastRowsPerSecond,
    `${whole(rows)} rows in ${one.seconds.toFixed(1)} s; at most ${(rows / leastRowsPerSecond).toFixed(1)} s`,
    load,
  )
  if (verified === undefined) return
  const { seconds, compared, different, written } = verified
  printVerdict(
    different === 0 && compared === 100,
    `verify finds ${different} of ${compared} rollups different, in ${seconds.toFixed(1)} s beside ${whole(written)} writes/s; none may be`,
    // What is wrong is wrong on a busy machine, too.
    { ...load, isQuiet: true },
  )
}

import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Connection } from '../src/embedded/connection.ts'
import { type FindingDatabase, findingDatabase } from './finding-database.ts'
import { findingTables, namesOf } from './finding-reports.ts'
import { watchMachine } from './machine-load.ts'
import { forgetMost, residentMemory } from './memory-of.ts'
import type { FoldAnswer, FoldQuestion, FoldStart } from './program/fold.ts'
import { type Program, startProgram } from './program.ts'
import { printTable, whole } from './table.ts'
import { printVerdict } from './verdict.ts'

const mostMegabytes = 300
const rollups = 4
const stallMilliseconds = 20_000
const { findings } = findingTables.all

interface Phase {
  readonly name: string
  readonly most: number
  readonly after: number
  readonly changes: number
  readonly spilledBytes: number
}

/** The memory of the fold's process: while it builds, through many changes, and while its store stands still. */
export async function foldMemory({ rows }: { readonly rows: number }): Promise<void> {
  await using database = await findingDatabase({ standby: false, tenants: 100 })
  await database.addTable('finding', Math.round(rows / 5))
  await database.prepare([findings])
  const { connection, store } = await database.addStore('store')
  const folder: Program<object, FoldQuestion, FoldAnswer> = await startProgram<
    FoldStart,
    object,
    FoldQuestion,
    FoldAnswer
  >('fold', {
    ...{ source: database.source, store: connection, tenants: database.tenants },
    reports: namesOf(findingTables.all, rollups),
  })
  const loadOf = watchMachine()
  await folder.ask({ do: 'start' })
  let last: FoldAnswer | undefined
  async function phase(name: string, work: () => Promise<FoldAnswer>): Promise<Phase> {
    forgetMost(folder.pid)
    const answer = await work()
    const { now: after, most } = residentMemory(folder.pid)
    const of = (figure: 'changes' | 'spilledBytes') => answer[figure] - (last?.[figure] ?? 0)
    const told = { name, most, after, changes: of('changes'), spilledBytes: of('spilledBytes') }
    last = answer
    return told
  }
  const reached = async () => folder.ask({ do: 'reached', position: await database.position() })
  const phases = [
    await phase('first fill', () => folder.ask({ do: 'built', builds: rollups * database.tenants.length })),
    await phase('changes as they come', async () => {
      await database.updateRows('finding', rows / 2)
      return reached()
    }),
    await phase('changes that have waited', async () => {
      await folder.ask({ do: 'stop' })
      last = undefined
      await database.updateRows('finding', rows / 2)
      await folder.ask({ do: 'start' })
      return reached()
    }),
    await phase('the store stands still', async () => {
      await stalled(database, connection)
      return reached()
    }),
    await phase('a transaction of its own', async () => {
      await database.updateAtOnce('finding', Math.round(rows / 10))
      return reached()
    }),
  ]
  const load = loadOf()
  const { position } = await store.progress('main')
  await folder.ask({ do: 'stop' })
  await folder.close()
  print(phases, position, load)
}

/** Somebody holds the row of the stream's progress, while changes go on as fast as they can be written. */
async function stalled(database: FindingDatabase, store: Connection): Promise<void> {
  const holder = new pg.Client(store)
  await holder.connect()
  await holder.query('begin')
  await holder.query('select from reporting.streams for update')
  const stop = new AbortController()
  const holding = delay(stallMilliseconds).then(() => stop.abort())
  while (!stop.signal.aborted) await database.updateRows('finding', 2_000)
  await holding
  await holder.query('rollback')
  await holder.end()
}

function print(phases: readonly Phase[], position: string, load: ReturnType<ReturnType<typeof watchMachine>>): void {
  const megabytes = (value: number) => `${value.toFixed(0)} MB`
  console.log(`One process that folds ${rollups} rollups of 100 tenants, to position ${position}:\n`)
  printTable(
    ['', 'changes', 'at most', 'afterwards', 'on disk meanwhile'],
    phases.map(({ name, changes, most, after, spilledBytes }) => [
      ...[name, whole(changes), megabytes(most), megabytes(after), megabytes(spilledBytes / 1e6)],
    ]),
  )
  const most = Math.max(...phases.map((phase) => phase.most))
  // What a process takes of memory does not depend on who else runs.
  printVerdict(
    most <= mostMegabytes,
    `resident memory of ${megabytes(most)} at most; no more than ${megabytes(mostMegabytes)}`,
    { ...load, isQuiet: true },
  )
}

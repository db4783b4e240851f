import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { query } from '../src/embedded/database.ts'
import { type FindingDatabase, findingDatabase } from './finding-database.ts'
import { findingTables, namesOf } from './finding-reports.ts'
import { type KeepAliveClient, keepAliveClient } from './keep-alive-client.ts'
import type { Listening } from './listening.ts'
import { type MachineLoad, watchMachine } from './machine-load.ts'
import { cpuSeconds, serverSeconds } from './process-cpu.ts'
import type { FindingWriterAnswer, FindingWriterQuestion, FindingWriterStart } from './program/finding-writer.ts'
import type { FoldAnswer, FoldQuestion, FoldStart } from './program/fold.ts'
import type { MillraceStart } from './program/millrace.ts'
import { type Program, startProgram } from './program.ts'
import { median, middle, quantile } from './statistics.ts'
import { milliseconds, printTable, whole } from './table.ts'
import { signToken } from './tokens.ts'
import { printVerdict } from './verdict.ts'

const changesPerSecond = 1_000
const rollups = 4
const rounds = 6
const blockMilliseconds = 12_000
/** A block of fewer of those changes says nothing of so many. */
const leastKept = 0.95
/** Between an answer and the next question of who waits for a change. */
const pollMilliseconds = 5
const most = { p50: 100, p99: 500, cpu: 0.1 }
const marked = 'marked'
const { findings, reports } = findingTables.all

type Writer = Program<object, FindingWriterQuestion, FindingWriterAnswer>
type Folder = Program<object, FoldQuestion, FoldAnswer>

/** Blocks of writing with the fold, and without. */
interface Blocks {
  readonly written: number[]
  /** Of a core of the primary, by all of its processes. */
  readonly primary: number[]
  /** Of a core, by those that the fold is connected to. */
  readonly connections: number[]
  /** Milliseconds from a commit until it was in an answer. */
  readonly delays: number[]
}

const empty = (): Blocks => ({ written: [], primary: [], connections: [], delays: [] })

/** How soon what is committed is in a report over HTTP, and what the fold costs the primary. */
export async function commitToVisible({ rows }: { readonly rows: number }): Promise<void> {
  await using database = await findingDatabase({ standby: true, tenants: 100 })
  await database.addTable('finding', Math.min(rows, 500_000))
  await database.prepare([findings])
  await database.cluster.caughtUp()
  const { connection } = await database.addStore('store')
  const tenants = [marked, ...database.tenants]
  const { source } = database
  const standbyPort = database.cluster.standby.connection.port
  const folder: Folder = await startProgram<FoldStart, object, FoldQuestion, FoldAnswer>('fold', {
    ...{ source, standby: { ...source, port: standbyPort }, store: connection, tenants },
    reports: namesOf(findingTables.all, rollups),
  })
  await folder.ask({ do: 'start' })
  await folder.ask({ do: 'built', builds: rollups * tenants.length })
  const tokenSecret = randomBytes(32)
  const server = await startProgram<MillraceStart, Listening>('millrace', {
    ...{ target: 'standby', replica: { ...database.analytics, port: standbyPort }, store: connection },
    ...{ primary: database.analytics, tenants, tokenSecret },
  })
  const writer: Writer = await startProgram<FindingWriterStart, object, FindingWriterQuestion, FindingWriterAnswer>(
    'finding-writer',
    { source, tenants: database.tenants, marked },
  )
  const client = keepAliveClient(server.ready.port)
  const authorization = `Bearer ${await signToken(tokenSecret, 'HS256', marked)}`
  const shown = new ShownFindings(client, authorization)

  const [folded, alone] = [empty(), empty()]
  await block(database, writer, 2_000, empty(), shown)
  const loadOf = watchMachine()
  const worked: FoldAnswer[] = []
  for (let round = 0; round < rounds; round++) {
    await block(database, writer, blockMilliseconds, folded, shown)
    worked.push(await folder.ask({ do: 'stop' }))
    await block(database, writer, blockMilliseconds, alone)
    await folder.ask({ do: 'start' })
    await folder.ask({ do: 'reached', position: await database.position() })
  }
  const load = loadOf()
  client.close()
  await folder.ask({ do: 'stop' })
  await Promise.all([folder, server, writer].map((program) => program.close()))
  print(folded, alone, worked, load)
}

/** Writes for some time; where somebody looks, until all that was marked is shown. */
async function block(
  { cluster, source }: FindingDatabase,
  writer: Writer,
  milliseconds: number,
  blocks: Blocks,
  shown?: ShownFindings,
): Promise<void> {
  const connections = await query<{ pid: number }>(
    source,
    `select pid from pg_stat_activity where application_name in ('millrace changes', 'millrace control')`,
  )
  const pids = connections.map(({ pid }) => pid)
  const seconds = () => ({ primary: serverSeconds(cluster.primary), connections: cpuSeconds(pids) })
  await shown?.begin()
  const before = seconds()
  const looking = shown?.look()
  const { changes, seconds: taken, marks } = await writer.ask({ do: 'write', changesPerSecond, milliseconds })
  const after = seconds()
  blocks.written.push(changes / taken)
  blocks.primary.push((after.primary - before.primary) / taken)
  blocks.connections.push((after.connections - before.connections) / taken)
  shown?.expect(marks.length)
  if (looking !== undefined) blocks.delays.push(...(await looking).map((at, index) => at - (marks[index] as number)))
}

interface Rows {
  readonly rows: readonly { readonly findings: number }[]
}

/** A page that asks for the report again and again, and sees how many of the marked findings it counts. */
class ShownFindings {
  readonly #client: KeepAliveClient
  readonly #authorization: string
  #known = 0
  #expected = Number.POSITIVE_INFINITY

  constructor(client: KeepAliveClient, authorization: string) {
    this.#client = client
    this.#authorization = authorization
  }

  async begin(): Promise<void> {
    this.#known = await this.#count()
    this.#expected = Number.POSITIVE_INFINITY
  }

  /** So many have been written since `begin`. */
  expect(count: number): void {
    this.#expected = count
  }

  /** When each marked finding was first in an answer, in milliseconds of this machine's monotonic clock. */
  async look(): Promise<number[]> {
    const seen: number[] = []
    const patience = performance.now() + blockMilliseconds + 60_000
    while (seen.length < this.#expected) {
      const count = (await this.#count()) - this.#known
      const now = Number(process.hrtime.bigint()) / 1e6
      while (seen.length < count) seen.push(now)
      if (performance.now() > patience) throw new Error(`${seen.length} of ${this.#expected} findings were shown`)
      await delay(pollMilliseconds)
    }
    return seen
  }

  async #count(): Promise<number> {
    const headers = { authorization: this.#authorization }
    const text = await this.#client.send(`/reports/${reports[0].name}/rows`, { headers })
    return (JSON.parse(text) as Rows).rows.reduce((sum, { findings }) => sum + findings, 0)
  }
}

function print(folded: Blocks, alone: Blocks, worked: readonly FoldAnswer[], load: MachineLoad): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  console.log(
    `${rollups} rollups of 100 tenants; ${rounds} blocks of ${blockMilliseconds / 1000} s, ${whole(folded.delays.length)} marked findings:\n`,
  )
  printTable(
    ['', 'changes/s', 'CPU of the primary', "of it the fold's connections"],
    [
      ['without the fold', whole(median(alone.written)), percent(median(alone.primary)), ''],
      [
        'with the fold',
        ...[whole(median(folded.written)), percent(median(folded.primary)), percent(median(folded.connections))],
      ],
    ],
  )
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(folded.delays, share)) as [number, number, number]
  const worst = Math.max(...folded.delays)
  console.log(
    `\n  from commit to visible over HTTP: p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}, at most ${milliseconds(worst)}`,
  )
  const each = (figure: 'changes' | 'storeMilliseconds' | 'counters') =>
    median(worked.map((answer) => answer[figure] / answer.batches))
  console.log(
    `  a batch has ${whole(each('changes'))} changes and ${whole(each('counters'))} counters, and takes the store ${milliseconds(each('storeMilliseconds'))}`,
  )
  const added = middle(folded.primary.map((share, round) => share - (alone.primary[round] ?? 0)))
  const rate = Math.min(...folded.written, ...alone.written)
  if (rate < changesPerSecond * leastKept) {
    console.log(
      `\n  CANNOT BE TOLD: in a block only ${whole(rate)} changes/s came about, and ${whole(changesPerSecond)} are what it is about.` +
        `\n  Other programs had ${percent(load.others)} of this machine.`,
    )
    return
  }
  printVerdict(p50 <= most.p50, `p50 ${milliseconds(p50)}; at most ${most.p50} ms`, load)
  printVerdict(p99 <= most.p99, `p99 ${milliseconds(p99)}; at most ${most.p99} ms`, load)
  printVerdict(
    added.median <= most.cpu,
    `${percent(added.median)} of a core added on the primary (middle half ${percent(added.low)} to ${percent(added.high)}); at most ${percent(most.cpu)}`,
    load,
  )
}

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { query } from '../src/embedded/database.ts'
import { findingDatabase } from './finding-database.ts'
import { findingTables, namesOf } from './finding-reports.ts'
import { keepAliveClient } from './keep-alive-client.ts'
import type { Listening } from './listening.ts'
import { type MachineLoad, watchMachine } from './machine-load.ts'
import { cpuSeconds, serverSeconds } from './process-cpu.ts'
import type { BareLookupStart } from './program/bare-lookup.ts'
import type { FoldAnswer, FoldQuestion, FoldStart } from './program/fold.ts'
import type { MillraceStart } from './program/millrace.ts'
import { startProgram } from './program.ts'
import { median, middle, quantile } from './statistics.ts'
import { milliseconds, printTable, times, whole } from './table.ts'
import { signToken } from './tokens.ts'
import { printVerdict } from './verdict.ts'

const mostOfBare = 2
const mostOfSize = 1.2
const rounds = 40
const perRound = 50
const warmingRequests = 2_500
/** So few that a tenth of the rows, too, has each group and each day. */
const tenants = 10
const { few, many } = findingTables

/** As an addition to the build would: what was read of it before does not stand any more. */
const changeOfBuild = `
  update reporting.builds set changed_at = lpad(to_hex($3::int), 16, '0')
  where report = $1 and tenant = $2 and state = 'ready'`

/** Whom the requests of one kind are sent to, and how long they took. */
interface Side {
  readonly name: string
  readonly send: (request: number) => Promise<string>
  /** What happens before each request, and is not measured. */
  readonly before: (request: number) => Promise<unknown>
  /** The processes that do what is asked for. */
  readonly cpu: () => number
  readonly taken: number[][]
  seconds: number
  bytes: number
}

/** Reports from counters over HTTP, beside the least that a route with a database can do; and of ten times as many rows. */
export async function reportFromStore({ rows }: { readonly rows: number }): Promise<void> {
  await using database = await findingDatabase({ standby: true, tenants })
  const { source, cluster, storeServer } = database
  const tables = [
    { table: 'few_findings', reports: few, rows: Math.round(rows / 10) },
    { table: 'many_findings', reports: many, rows },
  ]
  for (const { table, rows } of tables) await database.addTable(table, rows)
  await database.prepare([few.findings, many.findings])
  await cluster.caughtUp()
  const { connection } = await database.addStore('store')
  const standbyPort = cluster.standby.connection.port
  const folder = await startProgram<FoldStart, object, FoldQuestion, FoldAnswer>('fold', {
    ...{ source, standby: { ...source, port: standbyPort }, store: connection, tenants: database.tenants },
    reports: [...namesOf(few, 2), ...namesOf(many, 2)],
  })
  await folder.ask({ do: 'start' })
  await folder.ask({ do: 'built', builds: 4 * tenants })
  // What would be looked up is beside the counters, in as large a table as any.
  await query(
    connection,
    `create table finding as select n as id, 't1' as tenant_id, 'g1' as asset_group, 'high' as severity, 7.5 as cvss,
      now() as first_seen_at, null::timestamptz as resolved_at from generate_series(1, ${rows}) n`,
  )
  await query(connection, 'alter table finding add primary key (id)')
  await query(connection, 'vacuum (freeze, analyze)')

  const tokenSecret = randomBytes(32)
  const [bare, millrace] = await Promise.all([
    startProgram<BareLookupStart, Listening>('bare-lookup', { connection, table: 'finding' }),
    startProgram<MillraceStart, Listening>('millrace', {
      ...{ target: 'standby', replica: { ...database.analytics, port: standbyPort }, store: connection },
      ...{ primary: database.analytics, tenants: database.tenants, tokenSecret },
    }),
  ])
  const [bareClient, client] = [keepAliveClient(bare.ready.port), keepAliveClient(millrace.ready.port)]
  const headers = await Promise.all(
    database.tenants.map(async (tenant) => ({
      authorization: `Bearer ${await signToken(tokenSecret, 'HS256', tenant)}`,
    })),
  )
  const side = (name: string, pid: number, send: Side['send'], before: Side['before'] = async () => {}): Side => ({
    ...{ name, send, before, taken: [], seconds: 0, bytes: 0 },
    cpu: () => cpuSeconds([pid]) + serverSeconds(storeServer),
  })
  const read = (of: typeof few | typeof many, index: 0 | 1) => (request: number) =>
    client.send(`/reports/${of.reports[index].name}/rows`, {
      headers: headers[request % tenants] as { authorization: string },
    })
  const nameOf = (index: 0 | 1, rows: number) => `${index === 0 ? 'active' : 'trend'}, of ${whole(rows)} rows`
  const report = (of: typeof few | typeof many, index: 0 | 1, rows: number) =>
    side(nameOf(index, rows), millrace.pid, read(of, index))
  const changing = new pg.Client(connection)
  await changing.connect()
  let change = 0
  const changed = (index: 0 | 1) =>
    side(`${nameOf(index, rows)}, after a change`, millrace.pid, read(many, index), (request) =>
      changing.query(changeOfBuild, [many.reports[index].name, database.tenants[request % tenants], ++change]),
    )
  const sides = [
    side('a Fastify route, one look-up', bare.pid, (request) =>
      bareClient.send(`/rows/${1 + ((request * 7919) % rows)}`, { headers: {} }),
    ),
    ...tables.map(({ reports, rows }) => report(reports, 0, rows)),
    ...tables.map(({ reports, rows }) => report(reports, 1, rows)),
    changed(0),
    changed(1),
  ]
  await warm(sides)
  const loadOf = watchMachine()
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 === 0 ? sides : sides.toReversed()) await measure(each)
  }
  const load = loadOf()
  for (const each of [bareClient, client]) each.close()
  await changing.end()
  await folder.ask({ do: 'stop' })
  await Promise.all([folder, bare, millrace].map((program) => program.close()))
  print(sides, load)
}

/** A server that runs for days has compiled its JavaScript. */
async function warm(sides: readonly Side[]): Promise<void> {
  for (const { send, before } of sides) {
    for (let request = 0; request < warmingRequests; request++) {
      await before(request)
      await send(request)
    }
  }
}

async function measure(side: Side): Promise<void> {
  const taken: number[] = []
  const before = side.cpu()
  for (let request = 0; request < perRound; request++) {
    await side.before(request)
    const since = performance.now()
    const body = await side.send(request)
    taken.push(performance.now() - since)
    side.bytes = body.length
  }
  side.seconds += side.cpu() - before
  side.taken.push(taken)
}

/** Round by round, so that what befalls the machine befalls both. */
const ratio = (side: Side, against: Side) =>
  middle(side.taken.map((taken, round) => median(taken) / median(against.taken[round] ?? [])))

function print(sides: readonly Side[], load: MachineLoad): void {
  const [bare, ...reports] = sides as [Side, ...Side[]]
  console.log(`${rounds} rounds of ${perRound} requests, one at a time, over one connection:\n`)
  printTable(
    ['', 'median', 'p95', 'against the route', 'CPU', 'of the answer'],
    sides.map((side) => [
      side.name,
      milliseconds(median(side.taken.flat())),
      milliseconds(quantile(side.taken.flat(), 0.95)),
      times(ratio(side, bare).median),
      milliseconds((side.seconds * 1000) / (rounds * perRound)),
      `${side.bytes} bytes`,
    ]),
  )
  for (const [few, many] of [reports.slice(0, 2), reports.slice(2, 4)] as [Side, Side][]) {
    const { median: ofBare, low, high } = ratio(many, bare)
    const range = `middle half ${low.toFixed(2)} to ${high.toFixed(2)}`
    printVerdict(
      ofBare <= mostOfBare,
      `${many.name}: ${times(ofBare)} the time of the route (${range}); at most ${times(mostOfBare)}`,
      load,
    )
    const ofSize = ratio(many, few).median
    printVerdict(
      ofSize <= mostOfSize,
      `${many.name}: ${times(ofSize)} the time of a tenth of the rows; at most ${times(mostOfSize)}`,
      load,
    )
  }
}

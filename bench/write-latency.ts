import { randomBytes } from 'node:crypto'
import { type Cluster, startCluster } from '../src/embedded/cluster.ts'
import type { Connection } from '../src/embedded/connection.ts'
import { type BookingDatabase, bookingDatabase } from './booking-database.ts'
import { bookingReports } from './booking-reports.ts'
import { openDashboards } from './dashboards.ts'
import { type KeepAliveClient, keepAliveClient } from './keep-alive-client.ts'
import type { Listening } from './listening.ts'
import { canPin, pin, pinServer, unpin } from './pinning.ts'
import { serverSeconds } from './process-cpu.ts'
import type { MillraceStart } from './program/millrace.ts'
import type { WriterQuestion, WriterStart } from './program/writer.ts'
import { type Program, startProgram } from './program.ts'
import { median, middle, quantile } from './statistics.ts'
import { milliseconds, printTable, times, whole } from './table.ts'
import { signToken } from './tokens.ts'

const statementMilliseconds = 30
const dashboardsPerSecond = 5
const rounds = 8
const blockMilliseconds = 4000
const tenants = ['acme', 'borealis', 'cormorant', 'dunlin']

/** The core of the river, and that of the mill. */
const cores = { primary: 0, standby: 1 }

/** One way to have dashboards, and what its blocks came to. */
interface Way {
  readonly name: string
  /** Who answers the dashboards; nobody, where there are none. */
  readonly reads?: KeepAliveClient
  /** Milliseconds of each transaction, block by block. */
  readonly writes: number[][]
  readonly dashboards: number[][]
}

type Writer = Program<object, WriterQuestion, number[]>

/** What dashboards do to the transactions of the host: none, on the standby, on the primary. */
export async function writeLatency(): Promise<void> {
  if (!(await canPin())) {
    console.log('  SKIPPED: it needs two cores and `taskset`, so that primary and standby do not share a core')
    return
  }
  await using cluster = await startCluster({ settings: { shared_buffers: '256MB', max_wal_size: '8GB' } })
  const database = await bookingDatabase(cluster)
  const tokenSecret = randomBytes(32)
  const deployment = (target: 'standby' | 'primary', replica: Connection) =>
    startProgram<MillraceStart, Listening>('millrace', {
      ...{ target, replica, tenants: ['probe', ...tenants], tokenSecret },
      ...(target === 'standby' ? { primary: database.analytics } : {}),
    })
  const [onStandby, onPrimary, writer] = await Promise.all([
    deployment('standby', database.analyticsOnStandby),
    deployment('primary', database.analytics),
    startProgram<WriterStart, object, WriterQuestion, number[]>('writer', {
      connection: database.application,
      tenant: 'writing',
    }),
  ])
  await pinServer(cluster.primary.pid as number, cores.primary)
  await pin(writer.pid, cores.primary)
  await pinServer(cluster.standby.pid as number, cores.standby)
  for (const { pid } of [process, onStandby, onPrimary]) await pin(pid, cores.standby)

  const [standbyClient, primaryClient] = [onStandby, onPrimary].map(({ ready }) => keepAliveClient(ready.port, 32)) as [
    KeepAliveClient,
    KeepAliveClient,
  ]
  const token = (tenant: string) => signToken(tokenSecret, 'HS256', tenant)
  const bookings = await sized(cluster, database, standbyClient, await token('probe'))
  for (const tenant of tenants) await database.addTenant(tenant, bookings)
  const tokens = await Promise.all(tenants.map(token))

  const way = (name: string, reads?: KeepAliveClient): Way => ({
    ...{ name, writes: [], dashboards: [] },
    ...(reads === undefined ? {} : { reads }),
  })
  const ways = [
    way('no dashboards'),
    way('dashboards on the standby', standbyClient),
    way('no dashboards, again'),
    way('dashboards on the primary', primaryClient),
  ]
  for (const each of ways) await block(each, writer, tokens, cluster)
  for (const each of ways) each.writes.length = each.dashboards.length = 0
  for (let round = 0; round < rounds; round++)
    for (const each of round % 2 === 0 ? ways : ways.toReversed()) await block(each, writer, tokens, cluster)

  standbyClient.close()
  primaryClient.close()
  await Promise.all([onStandby, onPrimary, writer].map((program) => program.close()))
  await unpin(process.pid)
  print(ways, bookings)
}

async function block({ reads, writes, dashboards }: Way, writer: Writer, tokens: readonly string[], cluster: Cluster) {
  const [written, opened] = await Promise.all([
    writer.ask({ milliseconds: blockMilliseconds }),
    reads === undefined
      ? []
      : openDashboards(reads, tokens, { perSecond: dashboardsPerSecond, milliseconds: blockMilliseconds }),
  ])
  writes.push(written)
  dashboards.push(opened)
  await cluster.caughtUp()
}

/** How many bookings make a report of the dashboard take so much of PostgreSQL's CPU time as is wanted. */
async function sized(
  { standby }: Cluster,
  database: BookingDatabase,
  client: KeepAliveClient,
  token: string,
): Promise<number> {
  const [probe, times] = [10_000, 20]
  await database.addTenant('probe', probe)
  const before = serverSeconds(standby)
  await openDashboards(
    client,
    Array.from({ length: times }, () => token),
    { perSecond: 10, milliseconds: times * 100 },
  )
  const taken = ((serverSeconds(standby) - before) * 1000) / (times * bookingReports.reports.length)
  return Math.round((probe * statementMilliseconds) / taken)
}

function print(ways: readonly Way[], bookings: number): void {
  const [none, standby, again, primary] = ways as [Way, Way, Way, Way]
  const of = (way: Way, share: number) => median(way.writes.map((taken) => quantile(taken, share)))
  console.log(
    `${dashboardsPerSecond} dashboards/s of ${bookingReports.reports.length} reports over ${bookings} bookings of a tenant;` +
      ` ${rounds} blocks of ${blockMilliseconds / 1000} s each:\n`,
  )
  const each = ratesAgainst(none, again)
  printTable(
    ['', 'p50', 'p95', 'p99', 'transactions/s', 'against none', 'middle half', 'a dashboard'],
    ways.map((way) => [
      way.name,
      ...[0.5, 0.95, 0.99].map((share) => milliseconds(of(way, share))),
      whole(median(way.writes.map((taken) => taken.length / (blockMilliseconds / 1000)))),
      times(each(way).median),
      `${each(way).low.toFixed(2)} to ${each(way).high.toFixed(2)}`,
      way.reads === undefined ? '' : milliseconds(median(way.dashboards.flat())),
    ]),
  )
  const [onStandby, onPrimary] = [standby, primary].map((way) => 1 - each(way).median) as [number, number]
  const noise = Math.max(...[none, again].flatMap((way) => [1 - each(way).low, each(way).high - 1]))
  console.log(
    `\n  ${onStandby <= noise ? 'HOLDS' : 'MISSES'}: dashboards on the standby take ${percent(onStandby)} of the transactions,` +
      ` within a noise of ${percent(noise)}; on the primary they take ${percent(onPrimary)}`,
  )
}

/** The transactions of a way's blocks, each as a share of what the two blocks without dashboards of its round had. */
const ratesAgainst = (none: Way, again: Way) => (way: Way) =>
  middle(
    way.writes.map(({ length }, round) => {
      const [one, other] = [none, again].map(({ writes }) => writes[round]?.length ?? 0) as [number, number]
      return length / ((one + other) / 2)
    }),
  )

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

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
import { startProgram } from './program.ts'
import { median, middle, quantile } from './statistics.ts'
import { microseconds, milliseconds, printTable, times, whole } from './table.ts'
import { signToken } from './tokens.ts'
import { type WriteBlock, writeBlock } from './write-block.ts'

const statementMilliseconds = 30
const dashboardsPerSecond = 5
const rounds = 8
const blockMilliseconds = 4000
/** How much more of the primary's core other processes may have beside the standby's dashboards than without any. */
const mostDisplaced = 0.05
const tenants = ['acme', 'borealis', 'cormorant', 'dunlin']

/** The core of the river, and that of the mill. */
const cores = { primary: 0, standby: 1 }

/** One way to have dashboards, and its blocks. */
interface Way {
  readonly name: string
  /** Who answers the dashboards; nobody, where there are none. */
  readonly client?: KeepAliveClient
  readonly blocks: WriteBlock[]
}

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

  const ways: readonly Way[] = [
    { name: 'no dashboards', blocks: [] },
    { name: 'dashboards on the standby', blocks: [], client: standbyClient },
    { name: 'no dashboards, again', blocks: [] },
    { name: 'dashboards on the primary', blocks: [], client: primaryClient },
  ]
  const common = { cluster, writer, core: cores.primary, milliseconds: blockMilliseconds }
  const block = ({ client }: Way) =>
    writeBlock({ ...common, ...(client && { dashboards: { client, tokens, perSecond: dashboardsPerSecond } }) })
  for (const way of ways) await block(way)
  for (let round = 0; round < rounds; round++)
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) way.blocks.push(await block(way))

  standbyClient.close()
  primaryClient.close()
  await Promise.all([onStandby, onPrimary, writer].map((program) => program.close()))
  await unpin(process.pid)
  print(ways, bookings)
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
  const of = (way: Way, figure: (block: WriteBlock) => number) => median(way.blocks.map(figure))
  const rate = ratesAgainst(none, again)
  const cpu = (way: Way) => microseconds(of(way, ({ primaryCpu }) => primaryCpu))
  const others = (way: Way) => of(way, (block) => block.others)
  console.log(
    `${dashboardsPerSecond} dashboards/s of ${bookingReports.reports.length} reports over ${bookings} bookings of a tenant;` +
      ` ${rounds} blocks of ${blockMilliseconds / 1000} s each:\n`,
  )
  printTable(
    ['', 'p50', 'p95', 'p99', 'transactions/s', 'against none', 'middle half', 'CPU each', 'others', 'a dashboard'],
    ways.map((way) => [
      way.name,
      ...[0.5, 0.95, 0.99].map((share) => milliseconds(of(way, ({ transactions }) => quantile(transactions, share)))),
      whole(of(way, ({ transactions }) => transactions.length / (blockMilliseconds / 1000))),
      times(rate(way).median),
      `${rate(way).low.toFixed(2)} to ${rate(way).high.toFixed(2)}`,
      cpu(way),
      percent(others(way)),
      way.client === undefined ? '' : milliseconds(median(way.blocks.flatMap(({ dashboards }) => dashboards))),
    ]),
  )
  const [onStandby, onPrimary] = [standby, primary].map((way) => 1 - rate(way).median) as [number, number]
  const noise = Math.max(...[none, again].flatMap((way) => [1 - rate(way).low, rate(way).high - 1]))
  const displaced = others(standby) - Math.min(others(none), others(again))
  const verdict = onStandby <= noise ? 'HOLDS' : displaced > mostDisplaced ? 'CANNOT BE TOLD' : 'DOES NOT HOLD'
  console.log(
    `\n  ${verdict}: dashboards on the standby take ${percent(onStandby)} of the transactions, against a noise of ${percent(noise)};` +
      ` on the primary they take ${percent(onPrimary)}.` +
      `\n  The primary's CPU for each: ${cpu(none)} without, ${cpu(standby)} beside the standby's, ${cpu(primary)} beside its own.`,
  )
  if (displaced > mostDisplaced)
    console.log(
      `  This machine is not quiet: while the standby had work, other processes had ${percent(displaced)} more of the primary's core.`,
    )
}

/** The transactions of a way's blocks, each as a share of what the two blocks without dashboards of its round had. */
const ratesAgainst = (none: Way, again: Way) => (way: Way) =>
  middle(
    way.blocks.map(({ transactions }, round) => {
      const [one, other] = [none, again].map(({ blocks }) => blocks[round]?.transactions.length ?? 0) as [
        number,
        number,
      ]
      return transactions.length / ((one + other) / 2)
    }),
  )

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

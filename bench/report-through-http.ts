import { randomBytes } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import { type Cluster, startCluster } from '../src/embedded/cluster.ts'
import { compileReport } from '../src/query/compile-report.ts'
import { resolveReading } from '../src/report/reading.ts'
import { type BookingDatabase, bookingDatabase } from './booking-database.ts'
import { bookingsByDay } from './booking-reports.ts'
import { keepAliveClient } from './keep-alive-client.ts'
import type { Listening } from './listening.ts'
import { cpuSeconds, serverSeconds } from './process-cpu.ts'
import type { BareStatementQuestion, BareStatementStart } from './program/bare-statement.ts'
import type { MillraceStart } from './program/millrace.ts'
import { type Program, startProgram } from './program.ts'
import { median, middle, quantile } from './statistics.ts'
import { milliseconds, printTable, times } from './table.ts'
import { signToken } from './tokens.ts'

const statementMilliseconds = 5
const mostRatio = 1.5
const rounds = 40
const perRound = 50
const warmingRequests = 5000

/** One report through the whole of Millrace, beside the same statement through the bare driver on the same standby. */
export async function reportThroughHttp(): Promise<void> {
  await using cluster = await startCluster({ settings: { shared_buffers: '256MB', max_wal_size: '4GB' } })
  const database = await bookingDatabase(cluster)
  const bookings = await sized(cluster, database)
  await database.addTenant('acme', bookings)
  await database.addTenant('warming', 200)

  const tokenSecret = randomBytes(32)
  const [bare, millrace] = await Promise.all([
    bareStatement(database, 'acme'),
    startProgram<MillraceStart, Listening>('millrace', {
      target: 'standby',
      replica: database.analyticsOnStandby,
      primary: database.analytics,
      tenants: ['acme', 'warming'],
      tokenSecret,
    }),
  ])
  const client = keepAliveClient(millrace.ready.port)
  const headersOf = async (tenant: string) => ({
    authorization: `Bearer ${await signToken(tokenSecret, 'HS256', tenant)}`,
  })
  const headers = await headersOf('acme')
  const throughHttp = async (requests: number, headers: { authorization: string }) => {
    const taken: number[] = []
    for (let request = 0; request < requests; request++) {
      const since = performance.now()
      await client.send(`/reports/${bookingsByDay.name}/rows`, { headers })
      taken.push(performance.now() - since)
    }
    return taken
  }
  const sides = {
    bare: measured(cluster, bare, () => bare.ask({ times: perRound })),
    http: measured(cluster, millrace, () => throughHttp(perRound, headers)),
  }
  // A server that runs for days has compiled its JavaScript: the reports of a small tenant bring it there soon.
  await throughHttp(warmingRequests, await headersOf('warming'))
  for (let warming = 0; warming < 2; warming++) for (const side of [sides.bare, sides.http]) await side.round()
  sides.bare.forget()
  sides.http.forget()
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [sides.bare, sides.http] : [sides.http, sides.bare]
    for (const side of order) await side.round()
  }
  client.close()
  await Promise.all([bare.close(), millrace.close()])
  report(sides.bare, sides.http, bookings)
}

/**
 * How many bookings make the bare statement take the time that is wanted on this machine when it does nothing else: its CPU
 * time, which other processes do not lengthen.
 */
async function sized(cluster: Cluster, database: BookingDatabase): Promise<number> {
  const [probe, times] = [10_000, 100]
  await database.addTenant('probe', probe)
  const bare = await bareStatement(database, 'probe')
  await bare.ask({ times })
  const before = serverSeconds(cluster.standby)
  await bare.ask({ times })
  const taken = ((serverSeconds(cluster.standby) - before) * 1000) / times
  await bare.close()
  return Math.round((probe * statementMilliseconds) / taken)
}

function bareStatement(database: BookingDatabase, tenant: string) {
  const asking = { tenant: { id: tenant, timeZone: 'Europe/Berlin' }, given: {}, attributes: {} }
  const reading = resolveReading(bookingsByDay, { ...asking, now: Temporal.Now.instant() })
  return startProgram<BareStatementStart, object, BareStatementQuestion, number[]>('bare-statement', {
    connection: database.analyticsOnStandby,
    statement: compileReport(reading, tenant),
  })
}

/** Rounds of one side, with the CPU time of its process and of everything that PostgreSQL runs on the standby. */
function measured(cluster: Cluster, { pid }: Program<unknown, never, unknown>, run: () => Promise<readonly number[]>) {
  const state = { taken: [] as number[][], node: 0, postgres: 0 }
  const cpu = () => ({ node: cpuSeconds([pid]), postgres: serverSeconds(cluster.standby) })
  return {
    state,
    async round() {
      const before = cpu()
      state.taken.push([...(await run())])
      const after = cpu()
      state.node += after.node - before.node
      state.postgres += after.postgres - before.postgres
    },
    forget: () => Object.assign(state, { taken: [], node: 0, postgres: 0 }),
  }
}

type Side = ReturnType<typeof measured>

function report(bare: Side, http: Side, bookings: number): void {
  const figures = ({ state }: Side) => {
    const [all, requests] = [state.taken.flat(), rounds * perRound]
    const [node, postgres] = [(state.node * 1000) / requests, (state.postgres * 1000) / requests]
    return { p50: median(all), p95: quantile(all, 0.95), node, postgres, cpu: node + postgres }
  }
  const [one, other] = [figures(bare), figures(http)]
  const row = (name: string, { p50, p95, cpu, node, postgres }: typeof one) => [
    name,
    ...[p50, p95, cpu, node, postgres].map(milliseconds),
  ]
  console.log(`One report of ${bookings} bookings, ${rounds} rounds of ${perRound}, one at a time:\n`)
  printTable(
    ['', 'median', 'p95', 'CPU', 'of it Node', 'PostgreSQL'],
    [
      row('bare statement through pg', one),
      row('report through HTTP', other),
      ['ratio', times(other.p50 / one.p50), times(other.p95 / one.p95), times(other.cpu / one.cpu), '', ''],
    ],
  )
  const ratios = middle(bare.state.taken.map((taken, round) => median(http.state.taken[round] ?? []) / median(taken)))
  const holds = ratios.median <= mostRatio && other.cpu / one.cpu <= mostRatio
  console.log(
    `\n  round by round the time is ${times(ratios.median)} (middle half ${ratios.low.toFixed(2)} to ${ratios.high.toFixed(2)})` +
      `\n  ${holds ? 'HOLDS' : 'DOES NOT HOLD'}: at most ${mostRatio} × of time and of CPU at a statement of ${milliseconds(one.p50)}`,
  )
}

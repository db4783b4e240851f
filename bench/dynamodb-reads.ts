import { Temporal } from 'temporal-polyfill'
import { createStoreEngine } from '../src/fold/engine.ts'
import type { ReportDefinition } from '../src/report/report.ts'
import type { Consumed } from '../src/store/dynamodb/capacity.ts'
import { DynamoStore } from '../src/store/dynamodb/dynamodb-store.ts'
import { createAllowlist } from '../src/tenancy/allowlist.ts'
import { bookingReports, bookingsByDay } from './booking-reports.ts'
import { DynamoHistory, timeZone } from './dynamo-history.ts'
import { dynamoTable } from './dynamo-table.ts'
import { findingTables } from './finding-reports.ts'
import { printTable } from './table.ts'
import { printVerdict } from './verdict.ts'

const mostUnits = 6
const days = 70
const changesPerDay = 100
const today = 20_000

interface Course {
  readonly report: string
  readonly read: string
  readonly rows: number
  readonly queries: number
  readonly requests: number
  readonly units: number
}

/** Read units and requests of opening a report from the store on DynamoDB, first and again. */
export async function dynamodbReads(): Promise<void> {
  await using table = await dynamoTable()
  const reports: readonly ReportDefinition[] = [
    bookingsByDay,
    ...(bookingReports.reports.filter(({ name }) => name !== bookingsByDay.name) as ReportDefinition[]),
    ...findingTables.all.reports,
  ]
  const courses: Course[] = []
  for (const report of reports) {
    const writer = new DynamoStore(table.address)
    const history = await DynamoHistory.open(writer, [report], 1)
    for (let day = today - days + 1; day <= today; day++) await history.apply(history.draw(changesPerDay, day))
    let consumed: Consumed[] = []
    const store = new DynamoStore({ ...table.address, observe: (each) => consumed.push(each) })
    const [id] = history.tenants as readonly [string]
    const allowlist = createAllowlist([{ id, timeZone }])
    await allowlist.start()
    const engine = createStoreEngine({ store, allowlist, rowLimit: 10_000, labels: async () => ({}) })
    const open = async (read: string): Promise<void> => {
      consumed = []
      const answer = await engine.find({
        ...{ report, tenant: id, given: {}, attributes: {} },
        now: Temporal.Instant.fromEpochMilliseconds(today * 86_400_000 + 86_000_000),
        signal: new AbortController().signal,
      })
      if (answer === null) throw new Error(`no build of ${report.name} is ready`)
      courses.push({
        ...{ report: report.name, read, rows: answer.rows.length },
        queries: consumed.filter(({ operation }) => operation === 'Query').length,
        requests: consumed.length,
        units: consumed.reduce((sum, { readUnits }) => sum + readUnits, 0),
      })
    }
    await open('by a process that is new')
    await history.apply(history.draw(20, today))
    await open('after a change')
    await open('without a change')
    await writer.close()
    await engine.close()
    allowlist.close()
  }
  print(courses)
}

function print(courses: readonly Course[]): void {
  console.log(`One tenant, ${days} days of ${changesPerDay} changes, strongly consistent, on an emulator:\n`)
  printTable(
    ['', 'read', 'rows', 'queries', 'requests', 'read units'],
    courses.map(({ report, read, rows, queries, requests, units }) => [
      report,
      read,
      ...[rows, queries, requests, units].map(String),
    ]),
  )
  const chart = courses.find(({ report, read }) => report === bookingsByDay.name && read === 'after a change') as Course
  // What is counted does not depend on who else runs.
  printVerdict(
    chart.queries === 1 && chart.units <= mostUnits,
    `a chart of 60 days: ${chart.queries} ${chart.queries === 1 ? 'query' : 'queries'} and ${chart.units} read units; one, and at most ${mostUnits}`,
    { others: 0, isQuiet: true },
  )
}

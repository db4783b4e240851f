import type { ReportDefinition } from '../src/report/report.ts'
import type { Consumed } from '../src/store/dynamodb/capacity.ts'
import { DynamoStore } from '../src/store/dynamodb/dynamodb-store.ts'
import { bookingsByDay } from './booking-reports.ts'
import { DynamoHistory } from './dynamo-history.ts'
import { dynamoTable } from './dynamo-table.ts'
import { findingTables } from './finding-reports.ts'
import { printTable, times, whole } from './table.ts'
import { printVerdict } from './verdict.ts'

const mostOfFloor = 1.05
const tenants = 100
const changesPerSecond = 1_000
/** Seconds between two flushes. */
const intervals = [0.05, 0.25, 1, 5, 60]
/** From this interval on it must hold: the default of a store on DynamoDB. */
const heldFrom = 1
const fewestChanges = 2_000
const mostBatches = 20
const today = 20_000

interface Course {
  readonly report: string
  readonly interval: number
  readonly changes: number
  /** Items that the changes come to: the least that could be written. */
  readonly items: number
  readonly requests: number
  readonly units: number
  /** Of the items alone: one each, but for those of more than a kilobyte. */
  readonly itemUnits: number
}

/** Write units and requests of the store on DynamoDB, against one write for each item that a batch touches. */
export async function dynamodbWrites({ rows }: { readonly rows: number }): Promise<void> {
  await using table = await dynamoTable()
  const findings: readonly ReportDefinition[] = findingTables.all.reports
  const sets = [
    { name: 'all four of findings', reports: findings },
    ...[...findings, bookingsByDay].map((report) => ({ name: report.name, reports: [report] })),
  ]
  const courses: Course[] = []
  for (const { name, reports } of sets) {
    let consumed: Consumed[] = []
    const store = new DynamoStore({ ...table.address, observe: (each) => consumed.push(each) })
    const history = await DynamoHistory.open(store, reports, tenants)
    // The worker knows the builds once it has added to them.
    await history.apply(history.draw(100, today))
    for (const interval of intervals.filter((seconds) => seconds * changesPerSecond <= rows / 16)) {
      const perBatch = interval * changesPerSecond
      const batches = Math.min(mostBatches, Math.ceil(fewestChanges / perBatch))
      let items = 0
      consumed = []
      for (let batch = 0; batch < batches; batch++) {
        const additions = history.draw(perBatch, today)
        items += additions.length
        await history.apply(additions)
      }
      const sum = (of: (each: Consumed) => number) => consumed.reduce((total, each) => total + of(each), 0)
      courses.push({
        ...{ report: name, interval, changes: batches * perBatch, items },
        requests: consumed.length,
        units: sum(({ writeUnits }) => writeUnits),
        itemUnits: sum(({ purpose, writeUnits }) => (purpose === 'counters' ? writeUnits : 0)),
      })
    }
    await store.close()
  }
  print(courses)
}

function print(courses: readonly Course[]): void {
  console.log(
    `${whole(changesPerSecond)} changes/s of ${tenants} tenants, half inserts and half updates, on an emulator:\n`,
  )
  printTable(
    ['', 'flushed every', 'items/change', 'units/change', 'requests/change', 'units of floor', 'requests of floor'],
    courses.map(({ report, interval, changes, items, requests, units, itemUnits }) => [
      report,
      interval < 1 ? `${interval * 1000} ms` : `${interval} s`,
      (items / changes).toFixed(3),
      (units / changes).toFixed(3),
      (requests / changes).toFixed(3),
      times(units / itemUnits),
      times(requests / items),
    ]),
  )
  for (const report of new Set(courses.map((course) => course.report))) {
    const held = courses.filter((course) => course.report === report && course.interval >= heldFrom)
    const most = Math.max(
      ...held.map(({ units, itemUnits, requests, items }) => Math.max(units / itemUnits, requests / items)),
    )
    // What is counted does not depend on who else runs.
    printVerdict(
      most <= mostOfFloor,
      `${report}: ${times(most)} the units and requests of one write for each item, from ${heldFrom} s on; at most ${times(mostOfFloor)}`,
      { others: 0, isQuiet: true },
    )
  }
}

import { createRequire } from 'node:module'
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestTable, type TestTable } from '../../test/store/dynamodb-table.ts'
import { bigint, enumOf, nullable, text, timestamp } from '../report/column.ts'
import { count, max, sum } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { defineBuild } from '../rollup/build-definition.ts'
import type { Consumed } from '../store/dynamodb/capacity.ts'
import { isValue, placeOfValue } from '../store/dynamodb/counter-item.ts'
import { counterOf } from '../store/dynamodb/counter-key.ts'
import { DynamoStore } from '../store/dynamodb/dynamodb-store.ts'
import { buildPartition } from '../store/dynamodb/item-keys.ts'
import { type Addition, type Build, origin } from '../store/report-store.ts'
import { completeLoad } from './complete-load.ts'
import { type AttributeValue, bytesOfItem, bytesOfNumber } from './dynamodb-bytes.ts'
import { estimateMoment } from './estimate.ts'
import { Random } from './random.ts'
import { forget, modelTables, type TableModel } from './report-model.ts'
import { tableLayout, position as usualPosition } from './table-layout.ts'

const bookings = source('booking', {
  columns: {
    id: bigint(),
    tenantId: text(),
    station: text(),
    channel: enumOf('app', 'web', 'phone'),
    total: bigint(),
    madeAt: timestamp(),
    cancelledAt: nullable(timestamp()),
  },
  key: 'id',
  tenant: 'tenantId',
})
const common = { permission: 'read', from: bookings } as const
const byDay = report({
  ...common,
  name: 'by-day',
  dimensions: { channel: bookings.channel, station: bookings.station },
  time: { column: bookings.madeAt, grain: 'day' },
  period: lastDays(60),
  measures: { bookings: count(), total: sum(bookings.total), cancelled: count({ at: bookings.cancelledAt }) },
  filters: ['channel'],
})
const largest = report({ ...common, name: 'largest', measures: { largest: max(bookings.total), bookings: count() } })
const reports = [byDay, largest]
const tenant = 'tenant-0'

/** Dynalite's own, which follows what the service was seen to count. */
const { itemSize } = createRequire(import.meta.url)('dynalite/db') as { itemSize: (item: object) => number }

let table: TestTable
let store: DynamoStore
let builds: readonly Build[]
let consumed: Consumed[] = []

beforeAll(async () => {
  table = await openTestTable()
  store = new DynamoStore({ ...table, observe: (each) => consumed.push(each) })
  const wanted = reports.map((each) => ({
    ...{ tenant, report: each.name, facts: '', startsAt: origin },
    ...defineBuild(each, { id: tenant, timeZone: 'UTC' }),
  }))
  builds = await store.open('main', wanted, 0)
  for (const build of builds) await store.ready('main', build)
})
afterAll(async () => {
  await store?.close()
  await table?.[Symbol.asyncDispose]()
})

let position = 0
async function apply(additions: Iterable<Addition>): Promise<void> {
  const written = (at: number) => at.toString(16).padStart(16, '0')
  const { epoch } = await store.progress('main')
  await store.apply('main', {
    ...{ from: written(position), to: written(++position), epoch, committedAt: 0n, source: '', additions },
  })
}

function* additionsOf(model: TableModel): Generator<Addition> {
  for (const { report, counters } of model.reports) {
    const build = builds.find((each) => each.report === report.name) as Build
    for (const { sort, by } of counters) yield { build, sort, by }
  }
}

/** The items of a build's counters, as the table has them. */
async function itemsOf(build: Build): Promise<Record<string, AttributeValue>[]> {
  const client = new DynamoDBClient({ ...table })
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table.table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :k)',
      ExpressionAttributeValues: { ':pk': { S: buildPartition('main', build) }, ':k': { S: 'k' } },
    }),
  )
  client.destroy()
  return Items as Record<string, AttributeValue>[]
}

/** The estimate's builds have numbers of five digits, and positions of fourteen; the first ones of a table have one or two. */
const moreDigits = 4
const moreBytes = (position: AttributeValue | undefined): number =>
  bytesOfNumber(usualPosition.N) - bytesOfNumber((position as { readonly N: string }).N)

async function expectBytesAsEstimated(build: Build): Promise<number> {
  const items = await itemsOf(build)
  for (const item of items) {
    expect(bytesOfItem(item)).toBe(itemSize(item))
    const written = (name: string): string => (item[name] as { readonly S: string }).S
    const { sort, part } = counterOf(written('sk'), item.k && written('k'))
    const values: bigint[] = []
    for (const [name, value] of Object.entries(item)) {
      if (isValue(name) && 'N' in value) values[placeOfValue(name)] = BigInt(value.N)
    }
    const added = written('d')
      .split(',')
      .map((each) => BigInt(each))
    const told = tableLayout.bytes({
      tenant,
      sort,
      part,
      values: Array.from(values, (value) => value ?? 0n),
      added,
      ...(item.expires_at && 'N' in item.expires_at && { expiresAt: Number(item.expires_at.N) }),
    })
    expect(told - moreDigits - moreBytes(item.p) - bytesOfItem(item)).toBe(0)
  }
  return items.length
}

const load = completeLoad(
  {
    ...{ seed: 4, tenants: 1, growth: 1, peak: 1 },
    tables: {
      booking: {
        ...{ rows: 3_000_000, insertsPerSecond: 30 },
        updates: [{ changes: ['cancelledAt'], perSecond: 10, ageDays: 20 }],
        columns: { station: { distinct: 40, skew: 1 }, total: { distinct: 400, skew: 0.5 } },
      },
    },
  },
  reports,
)

test('what a change writes is what the estimate of another seed says, within a tenth', async () => {
  const [model] = modelTables(load, reports) as [TableModel]
  const random = new Random(99, 'history')
  const flushes = 8
  consumed = []
  for (let flush = 0; flush < flushes; flush++) {
    forget(model)
    for (let changes = random.poisson(40); changes > 0; changes--) {
      model.changes.change(random, 20_000 * 86_400 + flush, model.reports)
    }
    await apply(additionsOf(model))
  }
  const unitsFor = (purpose: Consumed['purpose']) =>
    consumed.reduce((sum, each) => sum + (each.purpose === purpose ? each.writeUnits : 0), 0)
  const estimate = { load, reports, layout: tableLayout, flushMilliseconds: 1_000, shards: () => 1 }
  const moment = estimateMoment(estimate, 0, [1_000])
  const told = moment.reports.reduce((sum, { writes }) => sum + (writes[0]?.unitsPerSecond as number), 0)
  expect(Math.abs(unitsFor('counters') / flushes / told - 1)).toBeLessThan(0.1)
  expect((unitsFor('progress') + unitsFor('builds')) / flushes).toBeLessThanOrEqual(
    moment.flushUnitsPerSecond[0] as number,
  )
  for (const build of builds) expect(await expectBytesAsEstimated(build)).toBeGreaterThan(40)
}, 180_000)

test('an item has the bytes that the estimate tells, also one of a long key, one that expires, and each part of many values', async () => {
  const [, build] = builds as [Build, Build]
  const before = (await itemsOf(build)).length
  const by = Array.from({ length: 100 }, (_, at) => (at % 7 === 0 ? 0n : -(12_345n ** BigInt(at % 5))))
  await apply([
    { build, sort: `0c\u0001${'station '.repeat(60)}\u0001`, by },
    { build, sort: '0c\u0001short\u0001', by },
    { build, sort: '0c\u0001expires\u0001', by: [1n], expiresAt: 1_795_737_600 },
  ])
  expect(await expectBytesAsEstimated(build)).toBe(before + 5)
})

import { CreateTableCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { itemsWith, openScene } from '../../../test/store/dynamodb-scene.ts'
import { openTestTable, type TestTable } from '../../../test/store/dynamodb-table.ts'
import { applyTo, at, countersOf, newBuild, readyBuilds } from '../contract/example.ts'
import type { Build } from '../report-store.ts'
import { checkTable } from './check-table.ts'
import { createTable } from './create-table.ts'
import { type DynamoStoreOptions, openDynamoStore } from './dynamodb-store.ts'
import { buildPartition, progressKey } from './item-keys.ts'

let table: TestTable
let client: DynamoDBClient

beforeAll(async () => {
  table = await openTestTable()
  client = new DynamoDBClient(table)
})

afterAll(async () => {
  client?.destroy()
  await table?.[Symbol.asyncDispose]()
})

const scene = (options: Partial<DynamoStoreOptions> = {}) => openScene(table, options)
const itemsOf = (text: string) => itemsWith(client, table, text)

const largest = 5n * 10n ** 37n - 1n

test('S2 numbers are exact up to 38 digits; beyond, the report and the counter are told, and nothing is rounded', async () => {
  await using it = scene()
  const [build] = (await readyBuilds(it, newBuild('a', 'sums'))) as [Build]
  await applyTo(it, 1, { build, sort: 'x', by: [4n * 10n ** 37n, -(4n * 10n ** 37n)] })
  await applyTo(it, 2, { build, sort: 'x', by: [10n ** 37n - 1n, 1n - 10n ** 37n] })
  expect(await countersOf(it, build)).toEqual({ x: [largest, -largest] })
  await applyTo(it, 3, { build, sort: 'x', by: [4n * 10n ** 37n] })
  expect(await countersOf(it, build)).toEqual({ x: [largest + 4n * 10n ** 37n, -largest] })
  const refused = { code: 'STORE_LIMIT', detail: expect.stringMatching(/report "sums".* counter "x".*38 digits/) }
  await expect(applyTo(it, 4, { build, sort: 'x', by: [1n] })).rejects.toMatchObject(refused)
  // It is no less refused when it is tried again.
  await expect(applyTo(it, 4, { build, sort: 'x', by: [1n] })).rejects.toMatchObject(refused)
  expect(await it.store.progress(it.stream)).toMatchObject({ position: at(3), until: at(4) })
  expect(await countersOf(it, build)).toEqual({ x: [largest + 4n * 10n ** 37n, -largest] })
})

test('S2 an addition of more digits is refused before anything is added', async () => {
  await using it = scene()
  const [build] = (await it.store.open(it.stream, [newBuild('a')], 0)) as [Build]
  const by = [10n ** 40n]
  await expect(it.store.addBase(it.stream, build, 'c', [{ sort: 'x', by }])).rejects.toMatchObject({
    code: 'STORE_LIMIT',
  })
  await it.store.ready(it.stream, build)
  expect(await countersOf(it, build)).toEqual({})
})

test('a key that no item holds is refused and named', async () => {
  await using it = scene()
  const [build] = (await readyBuilds(it, newBuild('a'))) as [Build]
  const sort = 'k'.repeat(500_000)
  const refused = { code: 'STORE_LIMIT', detail: expect.stringMatching(/report "report".* counter "kkk.*400 KB/) }
  await expect(applyTo(it, 1, { build, sort, by: [1n] })).rejects.toMatchObject(refused)
})

test('S2 counters of several pages are all there', async () => {
  await using it = scene()
  const [build] = (await readyBuilds(it, newBuild('a'))) as [Build]
  const sorts = Array.from({ length: 45 }, (_, index) => `${'k'.repeat(30_000)}${index}`)
  await applyTo(it, 1, ...sorts.map((sort) => ({ build, sort, by: [1n] })))
  it.consumed.length = 0
  expect(Object.keys(await countersOf(it, build))).toHaveLength(45)
  expect(it.consumed.filter(({ operation }) => operation === 'Query').length).toBeGreaterThan(1)
})

test('S1 additions that memory does not hold go by the disk, and each counter is written once', async () => {
  await using it = scene({ memoryBytes: 2_000 })
  const [build] = (await readyBuilds(it, newBuild('a'))) as [Build]
  const many = Array.from({ length: 300 }, (_, index) => ({
    build,
    sort: `\n\u2028${index % 60}`,
    by: [1n, BigInt(index)],
  }))
  it.consumed.length = 0
  await applyTo(it, 1, ...many)
  const counters = Object.values(await countersOf(it, build))
  expect(counters).toHaveLength(60)
  expect(counters.every(([count]) => count === 5n)).toBe(true)
  const written = it.consumed.filter(({ purpose, operation }) => purpose === 'counters' && operation === 'UpdateItem')
  expect(written).toHaveLength(60)
})

test('a batch takes one write for each counter, one for when builds changed, and two for where the stream is', async () => {
  await using it = scene()
  const builds = await readyBuilds(it, newBuild('a'), newBuild('b'), newBuild('c'))
  await applyTo(it, 1, ...builds.map((build) => ({ build, sort: 'x', by: [1n] })))
  it.consumed.length = 0
  const additions = builds.flatMap((build) => ['x', 'y', 'z'].map((sort) => ({ build, sort, by: [1n, 2n] })))
  const { epoch } = await it.store.progress(it.stream)
  it.consumed.length = 0
  const batch = { from: at(1), to: at(2), epoch, committedAt: 0n, source: '' }
  await it.store.apply(it.stream, { ...batch, additions })
  expect(it.consumed.reduce((sum, { writeUnits }) => sum + writeUnits, 0)).toBe(9 + 1 + 2)
  expect(it.consumed.reduce((sum, { readUnits }) => sum + readUnits, 0)).toBe(0)
  it.consumed.length = 0
  await it.store.apply(it.stream, { ...batch, from: at(2), to: at(3), additions: [] })
  expect(it.consumed.map(({ writeUnits }) => writeUnits)).toEqual([1])
})

test('a chart of 60 days is one query, and 6 units with all that goes with it, first and after a change', async () => {
  await using opened = scene()
  // As in production: every byte of a key is in each item.
  const it = { ...opened, stream: 'main' }
  const written = 10 * 2 ** 40
  const { epoch } = await it.store.progress(it.stream)
  await it.store.restart(it.stream, { position: at(written), source: '', epoch })
  const [build] = (await readyBuilds(it, newBuild(crypto.randomUUID(), 'revenue by day'))) as [Build]
  const days = Array.from({ length: 80 }, (_, index) => `0c\u0001v2026-${String(index).padStart(5, '0')}\u0001`)
  for (const place of [1, 2])
    await applyTo(it, written + place, ...days.map((sort) => ({ build, sort, by: [3n, 100_000n, 4n, 17n] })))
  // Another process has nothing of the build yet.
  await using other = scene()
  const { tenant, report, fingerprint, number } = build
  const range = { from: days[10] as string, to: days[70] as string }
  for (const known of [undefined, { number, changedAt: at(written + 1) }]) {
    other.consumed.length = 0
    const read = await other.store.read(it.stream, { tenant, report, fingerprint }, [range], known)
    expect(read?.counters[0]).toHaveLength(60)
    expect(other.consumed.filter(({ operation }) => operation === 'Query')).toHaveLength(1)
    expect(other.consumed.reduce((sum, { readUnits }) => sum + readUnits, 0)).toBe(6)
  }
})

test('S7 counters that are spread over several partition keys are read as if they were not', async () => {
  await using it = scene({ shards: (report) => (report === 'hot' ? 4 : 1) })
  const [hot, cold] = (await readyBuilds(it, newBuild('a', 'hot'), newBuild('a', 'cold'))) as [Build, Build]
  const sorts = Array.from({ length: 40 }, (_, index) => `k${String(index).padStart(2, '0')}`)
  await applyTo(it, 1, ...[hot, cold].flatMap((build) => sorts.map((sort) => ({ build, sort, by: [1n] }))))
  // Another process need not know.
  await using other = scene()
  const read = (build: Build) => other.store.read(it.stream, build, [{ from: 'k10', to: 'k30' }])
  expect((await read(hot))?.counters).toEqual((await read(cold))?.counters)
  expect((await read(hot))?.counters[0]).toHaveLength(20)
  expect(await itemsOf(`"${buildPartition(it.stream, hot, 3)}"`)).not.toHaveLength(0)
  await it.store.drop(it.stream, hot)
  expect(await itemsOf(`${buildPartition(it.stream, hot)}`)).toEqual([])
})

test('what a later version wrote is refused, not misread', async () => {
  await using it = scene()
  const [build] = (await readyBuilds(it, newBuild('newer'))) as [Build]
  await applyTo(it, 1, { build, sort: 'x', by: [1n] })
  const set = async (pk: string, sk: string, name: string, format?: number) =>
    client.send(
      new UpdateItemCommand({
        TableName: table.table,
        Key: { pk: { S: pk }, sk: { S: sk } },
        ...(format === undefined
          ? { UpdateExpression: `REMOVE ${name}` }
          : {
              UpdateExpression: `SET ${name} = :format`,
              ExpressionAttributeValues: { ':format': { N: String(format) } },
            }),
      }),
    )
  const refused = { code: 'STORE_UNAVAILABLE', detail: expect.stringContaining('items of format 2') }
  await set(buildPartition(it.stream, build), 'kx', 'f', 2)
  await expect(countersOf(it, build)).rejects.toMatchObject(refused)
  await expect(applyTo(it, 2, { build, sort: 'x', by: [1n] })).rejects.toMatchObject(refused)
  await set(buildPartition(it.stream, build), 'kx', 'f')
  await applyTo(it, 2, { build, sort: 'x', by: [1n] })
  expect(await countersOf(it, build)).toEqual({ x: [2n] })
  const { pk, sk } = progressKey(it.stream)
  await set(pk, sk, 'item_format', 2)
  await expect(it.store.progress(it.stream)).rejects.toMatchObject(refused)
  const batch = { from: at(2), to: at(3), epoch: 1, committedAt: 0n, source: '', additions: [] }
  await expect(it.store.apply(it.stream, batch)).rejects.toMatchObject(refused)
})

test('the table is made once, and one that does not fit is refused with all that is wrong', async () => {
  const address = { ...table, table: `millrace-test-${crypto.randomUUID()}` }
  await expect(checkTable(address)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    detail: expect.stringContaining('does not exist'),
  })
  await expect(openDynamoStore(address).progress('main')).rejects.toMatchObject({ detail: 'its table does not exist' })
  expect(await createTable(address)).toMatchObject({ isNew: true })
  expect(await createTable(address)).toMatchObject({ isNew: false })
  const strange = { ...table, table: `millrace-test-${crypto.randomUUID()}` }
  await client.send(
    new CreateTableCommand({
      TableName: strange.table,
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'N' }],
    }),
  )
  await expect(createTable(strange)).rejects.toMatchObject({
    code: 'TARGET_REFUSED',
    detail: expect.stringMatching(/its key is \(pk HASH\), and must be \(pk HASH, sk RANGE\); pk is of type N/),
  })
})

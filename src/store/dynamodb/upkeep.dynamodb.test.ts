import { setImmediate } from 'node:timers/promises'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDynamoProxy } from '../../../test/store/dynamodb-proxy.ts'
import { itemsWith, openScene } from '../../../test/store/dynamodb-scene.ts'
import { openTestTable, type TestTable } from '../../../test/store/dynamodb-table.ts'
import { applyTo, at, countersOf, newBuild, readyBuilds } from '../contract/example.ts'
import type { Build } from '../report-store.ts'
import type { Item } from './attributes.ts'
import { stillNothing } from './counter-item.ts'
import { type DynamoStoreOptions, openDynamoStore } from './dynamodb-store.ts'
import { buildPartition } from './item-keys.ts'
import { TableClient } from './table-client.ts'

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
const patience = { timeout: 20_000 }
const itemsOf = (text: string) => itemsWith(client, table, text)

/** Time that a test lets pass. */
function steppedClock() {
  let passed = 0
  return {
    clock: { now: () => Date.now() + passed, monotonic: () => performance.now() + passed },
    pass: (milliseconds: number) => {
      passed += milliseconds
    },
  }
}

/** What a request writes that comes late, or came before and was not told of. */
const writeLate = (it: { readonly stream: string }, build: Build) =>
  client.send(
    new PutItemCommand({
      TableName: table.table,
      Item: { pk: { S: buildPartition(it.stream, build) }, sk: { S: 'kx' }, A: { N: '1' } },
    }),
  )

test('S8 nothing that names a tenant is left once its builds were dropped; what comes late is found by who knows the tenant', async () => {
  const { clock, pass } = steppedClock()
  await using it = scene({ clock })
  const builds = await readyBuilds(it, newBuild('tenant-to-erase'), newBuild('tenant-to-erase', 'other'), newBuild('b'))
  const [one, two, others] = builds as [Build, Build, Build]
  await applyTo(it, 1, ...builds.map((build) => ({ build, sort: 'x', by: [1n] })))
  for (const build of [one, two]) await it.store.drop(it.stream, build)
  expect(await itemsOf('tenant-to-erase')).toEqual([])
  const notes = () => itemsOf('#gone"').then((items) => items.filter((item) => item.includes(it.stream)))
  expect(await notes()).toHaveLength(2)
  // What comes late is found once nothing can come any more, or when the build is dropped again.
  await writeLate(it, one)
  expect(await itemsOf('tenant-to-erase')).toHaveLength(1)
  await it.store.drop(it.stream, one)
  expect(await itemsOf('tenant-to-erase')).toEqual([])
  await writeLate(it, one)
  // Another tenant has no part in what is noted by a number.
  await it.store.drop(it.stream, { ...one, tenant: 'b' })
  expect(await itemsOf('tenant-to-erase')).toHaveLength(1)
  pass(3_700_000)
  await applyTo(it, 2)
  await applyTo(it, 3, { build: others, sort: 'x', by: [1n] })
  await expect.poll(async () => [...(await itemsOf('tenant-to-erase')), ...(await notes())], patience).toEqual([])
  expect(it.consumed.filter(({ operation }) => operation === 'Scan')).toEqual([])
  expect(await countersOf(it, others)).toEqual({ x: [2n] })
})

test('S8 what comes late to the builds of a tenant whom nobody knows any more is found in the whole table', async () => {
  const { clock, pass } = steppedClock()
  await using it = scene({ clock })
  const [build, others] = (await readyBuilds(it, newBuild('tenant-long-gone'), newBuild('b'))) as [Build, Build]
  await it.store.drop(it.stream, build)
  await writeLate(it, build)
  await applyTo(it, 1, { build: others, sort: 'x', by: [1n] })
  pass(3_700_000)
  // A worker that was started since.
  await using later = openScene(table, { clock }, it.stream)
  await applyTo(later, 2)
  pass(20_000)
  await applyTo(later, 3, { build: others, sort: 'x', by: [1n] })
  await expect.poll(() => itemsOf('tenant-long-gone'), patience).toEqual([])
  await expect
    .poll(async () => (await itemsOf('#gone"')).filter((item) => item.includes(it.stream)), patience)
    .toEqual([])
  expect(later.consumed.filter(({ operation }) => operation === 'Scan')).toHaveLength(1)
  expect(await countersOf(it, others)).toEqual({ x: [2n] })
})

test('S8 a batch that takes long goes on without a build that is dropped meanwhile', async () => {
  const { clock, pass } = steppedClock()
  await using it = scene({ clock, maxConcurrency: 2 })
  const [build, others] = (await readyBuilds(it, newBuild('dropped-meanwhile'), newBuild('b'))) as [Build, Build]
  const counters = Array.from({ length: 250 }, (_, index) => `${index}`)
  const added = applyTo(
    it,
    1,
    ...counters.flatMap((sort) => [build, others].map((each) => ({ build: each, sort, by: [1n] }))),
  )
  await expect.poll(() => itemsOf('dropped-meanwhile').then(({ length }) => length), patience).toBeGreaterThan(20)
  await using eraser = openScene(table, {}, it.stream)
  await eraser.store.drop(it.stream, build)
  pass(31_000)
  await added
  expect((await itemsOf('dropped-meanwhile')).length).toBeLessThan(120)
  await it.store.drop(it.stream, build)
  expect(await itemsOf('dropped-meanwhile')).toEqual([])
  expect(Object.keys(await countersOf(it, others))).toHaveLength(250)
})

test('S8 builds whose opening was broken off are not there, and what was written of them is deleted', async () => {
  let passed = 0
  const clock = { now: () => Date.now() + passed, monotonic: () => performance.now() + passed }
  await using it = scene({ clock })
  const [build] = (await readyBuilds(it, newBuild('b'))) as [Build]
  await applyTo(it, 1)
  // The definitions and the directory are written; what makes the builds real is not.
  let updates = 0
  const proxy = await startDynamoProxy({
    endpoint: table.endpoint,
    next: (operation) => (operation === 'UpdateItem' && ++updates > 2 ? 'failed' : 'none'),
    delay: () => 0,
  })
  const broken = openDynamoStore({ ...table, endpoint: proxy.endpoint, deadlineMilliseconds: 100 })
  await expect(broken.open(it.stream, [newBuild('half-open', 'report', at(1))], 1)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  })
  await broken.close()
  await proxy[Symbol.asyncDispose]()
  expect(await itemsOf('half-open')).toHaveLength(2)
  expect((await it.store.builds(it.stream)).map(({ number }) => number)).toEqual([build.number])
  expect((await it.store.progress(it.stream)).epoch).toBe(1)
  let place = 1
  // A batch that comes while the work beside the one before goes on begins none.
  const leftAfterBatch = async () => {
    passed += 11_000
    await applyTo(it, ++place)
    return itemsOf('half-open')
  }
  passed += 3_700_000
  await expect.poll(leftAfterBatch, { timeout: 20_000, interval: 200 }).toEqual([])
  expect(await it.store.builds(it.stream)).toHaveLength(1)
})

test('S6 a counter that holds nothing is deleted once no write can come late, and not before', async () => {
  let passed = 0
  const clock = { now: () => Date.now() + passed, monotonic: () => performance.now() + passed }
  await using it = scene({ clock })
  const [build] = (await readyBuilds(it, newBuild('zeroes'))) as [Build]
  const one = (sort: string, value: bigint) => ({ build, sort, by: [value] })
  const zeroes = () => itemsOf('"A":{"N":"0"}').then((items) => items.filter((item) => item.includes('zeroes')))
  await applyTo(it, 1, one('gone', 1n), one('back', 1n), one('stays', 1n))
  await applyTo(it, 2, one('gone', -1n), one('back', -1n))
  expect(await zeroes()).toHaveLength(2)
  const step = async (place: number, by: number, ...additions: Parameters<typeof applyTo>[2][]) => {
    passed += by
    await applyTo(it, place, ...additions)
    await applyTo(it, place + 1, one('stays', 1n))
    // What is done beside a batch.
    for (let turn = 0; turn < 200; turn++) await setImmediate()
  }
  await step(3, 3_000_000)
  expect(await zeroes()).toHaveLength(2)
  await step(5, 300_000, one('back', 5n))
  await step(7, 3_700_000)
  await step(9, 400_000)
  await step(11, 3_700_000)
  await expect.poll(zeroes, { timeout: 20_000 }).toEqual([])
  expect(await countersOf(it, build)).toEqual({ back: [5n], stays: [6n] })
})

test('S1 a counter that is zero again is not deleted for the zero that it was before', async () => {
  await using it = scene()
  const [build] = (await readyBuilds(it, newBuild('again'))) as [Build]
  const direct = new TableClient(table)
  const key = { pk: buildPartition(it.stream, build), sk: 'kx' }
  const drop = async (item: Item) => (await direct.delete({ purpose: 'sweep', key, ...stillNothing(item) })).isDone
  try {
    for (const place of [1, 2]) await applyTo(it, place, { build, sort: 'x', by: [place === 1 ? 1n : -1n] })
    const before = (await direct.get('sweep', key)) as Item
    for (const place of [3, 4]) await applyTo(it, place, { build, sort: 'x', by: [place === 3 ? 1n : -1n] })
    expect(await drop(before)).toBe(false)
    expect(await drop((await direct.get('sweep', key)) as Item)).toBe(true)
  } finally {
    direct.close()
  }
})

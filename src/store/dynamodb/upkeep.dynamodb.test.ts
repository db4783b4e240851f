import { setImmediate } from 'node:timers/promises'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDynamoProxy } from '../../../test/store/dynamodb-proxy.ts'
import { itemsWith, openScene } from '../../../test/store/dynamodb-scene.ts'
import { openTestTable, type TestTable } from '../../../test/store/dynamodb-table.ts'
import { applyTo, at, countersOf, newBuild, readyBuilds } from '../contract/example.ts'
import type { Build } from '../report-store.ts'
import { type DynamoStoreOptions, openDynamoStore } from './dynamodb-store.ts'
import { buildPartition } from './item-keys.ts'

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

test('S8 nothing is left of a tenant whose builds were dropped, but that they were, for a while', async () => {
  const clock = { now: Date.now, monotonic: () => performance.now() }
  let passed = 0
  await using it = scene({ clock: { now: () => clock.now() + passed, monotonic: () => clock.monotonic() + passed } })
  const builds = await readyBuilds(it, newBuild('tenant-to-erase'), newBuild('tenant-to-erase', 'other'), newBuild('b'))
  await applyTo(it, 1, ...builds.map((build) => ({ build, sort: 'x', by: [1n] })))
  for (const build of builds.slice(0, 2)) await it.store.drop(it.stream, build)
  const left = await itemsOf('tenant-to-erase')
  expect(left).toHaveLength(2)
  expect(left.every((item) => item.includes('#gone'))).toBe(true)
  // What comes late is found once nothing can come any more, or when the build is dropped again.
  const comesLate = () =>
    client.send(
      new PutItemCommand({
        TableName: table.table,
        Item: { pk: { S: buildPartition(it.stream, builds[0] as Build) }, sk: { S: 'kx' }, A: { N: '1' } },
      }),
    )
  await comesLate()
  expect(await itemsOf('tenant-to-erase')).toHaveLength(3)
  await it.store.drop(it.stream, builds[0] as Build)
  expect(await itemsOf('tenant-to-erase')).toEqual(left)
  await comesLate()
  expect(await itemsOf('tenant-to-erase')).toHaveLength(3)
  passed += 3_700_000
  await applyTo(it, 2)
  await applyTo(it, 3, { build: builds[2] as Build, sort: 'x', by: [1n] })
  await expect.poll(() => itemsOf('tenant-to-erase'), { timeout: 20_000 }).toEqual([])
  expect(await countersOf(it, builds[2] as Build)).toEqual({ x: [2n] })
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
  passed += 3_700_000
  await applyTo(it, 2)
  await expect.poll(() => itemsOf('half-open'), { timeout: 20_000 }).toHaveLength(1)
  passed += 3_700_000
  await applyTo(it, 3)
  await expect.poll(() => itemsOf('half-open'), { timeout: 20_000 }).toEqual([])
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

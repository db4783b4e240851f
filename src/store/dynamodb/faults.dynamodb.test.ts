import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seed } from '../../../test/seed.ts'
import { badDay, type Fault, startDynamoProxy } from '../../../test/store/dynamodb-proxy.ts'
import { openScene } from '../../../test/store/dynamodb-scene.ts'
import { openTestTable, type TestTable } from '../../../test/store/dynamodb-table.ts'
import { checkHistories } from '../contract/check-histories.ts'
import { applyTo, at, countersOf, newBuild, readyBuilds } from '../contract/example.ts'
import type { Build } from '../report-store.ts'
import type { Consumed } from './capacity.ts'
import { type DynamoStoreOptions, openDynamoStore } from './dynamodb-store.ts'
import { advance, declare } from './progress-item.ts'
import { TableClient } from './table-client.ts'

let table: TestTable

beforeAll(async () => {
  table = await openTestTable()
})

afterAll(async () => {
  await table?.[Symbol.asyncDispose]()
})

/** A store behind a proxy that does with each request what is said. */
async function behind(next: (operation: string) => Fault, options: Partial<DynamoStoreOptions> = {}) {
  const proxy = await startDynamoProxy({ endpoint: table.endpoint, next, delay: () => 5 })
  const consumed: Consumed[] = []
  const store = openDynamoStore({
    ...table,
    endpoint: proxy.endpoint,
    observe: (each) => consumed.push(each),
    ...options,
  })
  const close = async (): Promise<void> => {
    await store.close()
    await proxy[Symbol.asyncDispose]()
  }
  return { proxy, store, consumed, close, scene: { store, other: store, stream: crypto.randomUUID(), counters: 1 } }
}

const histories = process.env.MILLRACE_LONG === '1' ? 1_000 : 2

test(`S1 to S9 hold in ${histories} histories while requests are throttled, lost, delayed, doubled and broken off`, {
  timeout: 240_000 + 5_000 * histories,
}, async () => {
  const proxies = await Promise.all(
    [seed, seed + 1].map((each) => startDynamoProxy({ endpoint: table.endpoint, ...badDay(each) })),
  )
  const [one, two] = proxies.map(({ endpoint }) => openDynamoStore({ ...table, endpoint }))
  try {
    const reads = await checkHistories(
      {
        store: one as NonNullable<typeof one>,
        another: async () => two as NonNullable<typeof two>,
        interrupt: async () => {
          for (const proxy of proxies) proxy.reset()
        },
        close: async () => {},
      },
      { histories },
    ).catch((error: unknown) => {
      throw new Error(`faults of seed ${seed}`, { cause: error })
    })
    expect(reads).toBeGreaterThan(histories)
    expect(proxies[0]?.faults.get('lost')).toBeGreaterThan(0)
  } finally {
    for (const proxy of proxies) await proxy.settled()
    await Promise.all([one?.close(), two?.close()])
    for (const proxy of proxies) await proxy[Symbol.asyncDispose]()
  }
})

test('what is throttled is sent again, and told', async () => {
  let turn = 0
  const { scene, consumed, close } = await behind(() => (turn++ % 3 === 1 ? 'throttled' : 'none'))
  try {
    const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
    await applyTo(scene, 1, { build, sort: 'x', by: [1n] })
    expect(await countersOf(scene, build)).toEqual({ x: [1n] })
    const throttled = consumed.filter(({ isThrottled }) => isThrottled)
    expect(throttled.length).toBeGreaterThan(2)
    expect(
      throttled.every(({ outcome, writeUnits, readUnits }) => outcome === 'error' && writeUnits + readUnits === 0),
    ).toBe(true)
    expect(
      consumed.filter(({ operation, outcome }) => operation === 'UpdateItem' && outcome === 'done'),
    ).not.toHaveLength(0)
  } finally {
    await close()
  }
})

test('S1 a batch whose every answer is lost once is added once', async () => {
  const seen = new Map<string, number>()
  const next = (operation: string): Fault => {
    const count = (seen.get(operation) ?? 0) + 1
    seen.set(operation, count)
    return operation === 'UpdateItem' && count % 2 === 1 ? 'lost' : 'none'
  }
  const { scene, close } = await behind(next, { maxConcurrency: 1 })
  try {
    const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
    for (const place of [1, 2, 3]) await applyTo(scene, place, { build, sort: 'x', by: [1n, 5n] })
    expect(await countersOf(scene, build)).toEqual({ x: [3n, 15n] })
    expect((await scene.store.progress(scene.stream)).position).toBe(at(3))
  } finally {
    await close()
  }
})

test('S8 what a batch of deletions leaves over is deleted, too', async () => {
  let isBad = false
  const { scene, consumed, close } = await behind(() => (isBad ? 'left-over' : 'none'))
  try {
    const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
    await applyTo(scene, 1, ...Array.from({ length: 60 }, (_, i) => ({ build, sort: `key ${i}`, by: [1n] })))
    isBad = true
    await scene.store.drop(scene.stream, build)
    const batches = consumed.filter(({ operation }) => operation === 'BatchWriteItem')
    expect(batches.length).toBeGreaterThan(6)
    expect(batches.some(({ isThrottled }) => isThrottled)).toBe(true)
    expect(batches.reduce((sum, { writeUnits }) => sum + writeUnits, 0)).toBe(61)
  } finally {
    await close()
  }
})

test('a service that stays away is given up at the deadline, and nothing of the credentials is told', async () => {
  const { scene, close } = await behind(() => 'failed', {
    deadlineMilliseconds: 200,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' },
  })
  try {
    const failed = await scene.store.progress(scene.stream).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'STORE_UNAVAILABLE', detail: 'DynamoDB cannot be reached', retryAfter: 2 })
    expect(inspect(failed, { depth: 9 })).not.toMatch(/AKIAEXAMPLE|wJalrXUtnFEMI/)
  } finally {
    await close()
  }
})

test('S4 whoever finds a batch begun finishes it with its end (S5), after the worker that began it has gone', async () => {
  let isGone = false
  const { scene, close } = await behind((operation) => (isGone && operation === 'UpdateItem' ? 'failed' : 'none'), {
    deadlineMilliseconds: 150,
    maxConcurrency: 1,
  })
  const other = openDynamoStore(table)
  try {
    const { store, stream } = scene
    const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
    const { epoch } = await store.progress(stream)
    const additions = ['x', 'y'].map((sort) => ({ build, sort, by: [1n] }))
    const batch = { from: at(0), to: at(7), epoch, committedAt: 7n, source: '', additions }
    // After the declaration and the mark, one counter of two.
    let updates = 0
    const gone = (async () => {
      const proxied = await behind((operation) => (operation === 'UpdateItem' && ++updates > 3 ? 'failed' : 'none'), {
        deadlineMilliseconds: 150,
        maxConcurrency: 1,
      })
      try {
        await proxied.store.apply(stream, batch)
      } finally {
        await proxied.close()
      }
    })()
    await expect(gone).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    isGone = true
    expect(await other.progress(stream)).toMatchObject({ position: at(0), until: at(7) })
    const before = await other.read(stream, build, [{ from: '', to: 'z' }])
    expect(before).toMatchObject({ asOf: at(0), counters: [[]] })
    await expect(other.apply(stream, { ...batch, to: at(8) })).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    await other.apply(stream, batch)
    const { until, ...progress } = await other.progress(stream)
    expect(until).toBeUndefined()
    expect(progress.position).toBe(at(7))
    const after = await other.read(stream, build, [{ from: '', to: 'z' }])
    expect(after?.counters[0]).toEqual(additions.map(({ sort }) => ({ sort, values: [1n] })))
  } finally {
    await other.close()
    await close()
  }
})

test('S8 a build that is dropped while it is read is not answered from what was left of it', async () => {
  const other = openDynamoStore(table)
  let dropping: Promise<void> | undefined
  const proxy = await startDynamoProxy({
    endpoint: table.endpoint,
    next: (operation) => (operation === 'Query' && dropping === undefined ? 'delayed' : 'none'),
    delay: () => {
      dropping = other.drop(stream, build)
      return dropping
    },
  })
  const store = openDynamoStore({ ...table, endpoint: proxy.endpoint })
  const [stream, counters] = [crypto.randomUUID(), 1]
  const scene = { store: other, other, stream, counters }
  const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
  try {
    await applyTo(scene, 1, { build, sort: 'x', by: [1n] })
    const reading = { tenant: 'a', report: 'report', fingerprint: 'fingerprint' }
    expect(await store.read(stream, reading, [{ from: '', to: 'z' }])).toBeNull()
    expect(dropping).toBeDefined()
  } finally {
    await store.close()
    await proxy[Symbol.asyncDispose]()
    await other.close()
  }
})

test('S4 a worker that has begun a batch does not end it where builds were opened since that it does not know', async () => {
  await using it = openScene(table)
  const client = new TableClient(table)
  try {
    await applyTo(it, 1)
    const { epoch } = await it.store.progress(it.stream)
    const batch = { from: at(1), to: at(9), epoch, committedAt: 9n, source: '' }
    await declare(client, it.stream, batch)
    await it.store.open(it.stream, [newBuild('a', 'report', at(5))], epoch)
    await expect(advance(client, it.stream, batch)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    expect(await it.store.progress(it.stream)).toMatchObject({ position: at(1), until: at(9), epoch: epoch + 1 })
    // Who knows it ends the batch where it was to end (S5).
    await applyTo(it, 9)
    expect(await it.store.progress(it.stream)).toMatchObject({ position: at(9), epoch: epoch + 1 })
  } finally {
    client.close()
  }
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScene } from '../../../test/store/dynamodb-scene.ts'
import { openTestTable, type TestTable } from '../../../test/store/dynamodb-table.ts'
import { applyTo, at, newBuild, readyBuilds } from '../contract/example.ts'
import type { Build } from '../report-store.ts'
import { Definitions } from './definitions.ts'
import { readCounters } from './read-counters.ts'
import { type QueryOptions, TableClient } from './table-client.ts'

let address: TestTable

beforeAll(async () => {
  address = await openTestTable()
})

afterAll(async () => {
  await address?.[Symbol.asyncDispose]()
})

/** A reader that something overtakes between its look at the stream and its first query. */
class Overtaken extends TableClient {
  #overtake: (() => Promise<void>) | undefined

  constructor(overtake: () => Promise<void>) {
    super(address)
    this.#overtake = overtake
  }

  override async queryAll(options: Omit<QueryOptions, 'start' | 'limit'>) {
    const overtake = this.#overtake
    this.#overtake = undefined
    await overtake?.()
    return super.queryAll(options)
  }
}

/** What is read of two counters of which each batch adds 1 to those that it is said to. */
async function readOvertakenBy(...batches: readonly (readonly string[])[]) {
  await using it = openScene(address)
  const [build, other] = (await readyBuilds(it, newBuild('a'), newBuild('b'))) as [Build, Build]
  const apply = (place: number, sorts: readonly string[]) =>
    applyTo(it, place, { build: other, sort: 'x', by: [1n] }, ...sorts.map((sort) => ({ build, sort, by: [1n] })))
  await apply(1, ['x', 'y'])
  const table = new Overtaken(async () => {
    for (const [index, sorts] of batches.entries()) await apply(index + 2, sorts)
  })
  try {
    const options = { table, definitions: new Definitions(table) }
    const read = await readCounters(options, it.stream, build, [{ from: '', to: 'z' }])
    const counters = read?.counters[0]?.map(({ sort, values }) => `${sort} ${values}`)
    return { asOf: read?.asOf, changedAt: read?.build.changedAt, counters }
  } finally {
    table.close()
  }
}

test('S2 a reader that one batch overtakes reads what was before it, also where others came that do not touch its build', async () => {
  const before = { asOf: at(1), changedAt: at(1), counters: ['x 1', 'y 1'] }
  expect(await readOvertakenBy(['x'])).toEqual(before)
  expect(await readOvertakenBy([], ['x'])).toEqual(before)
  expect(await readOvertakenBy(['x'], [])).toEqual(before)
})

test('S2 a reader that two batches of its build overtake reads again, and mixes nothing', async () => {
  expect(await readOvertakenBy(['x'], ['x'])).toEqual({ asOf: at(3), changedAt: at(3), counters: ['x 3', 'y 1'] })
  expect(await readOvertakenBy(['x'], ['y'])).toEqual({ asOf: at(3), changedAt: at(3), counters: ['x 2', 'y 2'] })
  expect(await readOvertakenBy(['x'], ['x'], [], [], [])).toMatchObject({ counters: ['x 3', 'y 1'] })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScene } from '../../../test/store/dynamodb-scene.ts'
import { openTestTable, type TestTable } from '../../../test/store/dynamodb-table.ts'
import { applyTo, at, newBuild, readyBuilds } from '../contract/example.ts'
import type { Build } from '../report-store.ts'
import { ChangeMarks } from './change-marks.ts'
import { marksPerItem } from './item-keys.ts'
import { makeMarks, readMarks, removeMarks } from './marks.ts'
import { TableClient } from './table-client.ts'

let address: TestTable
let table: TableClient

beforeAll(async () => {
  address = await openTestTable()
  table = new TableClient(address)
})

afterAll(async () => {
  table?.close()
  await address?.[Symbol.asyncDispose]()
})

const confirm = () => undefined
/** A batch of a stream that leads from one place to the next. */
const batch = (to: number) => ({ from: at(to - 1), to: at(to), confirm })
const worker = () => new ChangeMarks(table)

/** When builds had changed, as of a position: how many places from the origin, or what else is said. */
async function told(stream: string, position: number, ...builds: number[]) {
  const marks = await readMarks(table, stream, builds)
  return builds.map((number) => {
    const mark = marks.at(at(position), { number, startsAt: at(0) })
    return mark.changed === 'at' ? Number.parseInt(mark.position, 16) : mark.changed
  })
}

test('S8 whoever writes marks late brings back none that is gone', async () => {
  const stream = crypto.randomUUID()
  const [one, other] = [worker(), worker()]
  await makeMarks(table, stream, [1, 2, 3])
  expect(await one.mark(stream, [1, 2], batch(1))).toEqual(new Set([1, 2]))
  expect(await other.mark(stream, [3], batch(2))).toEqual(new Set([3]))
  await removeMarks(table, stream, [2])
  // What it remembers is of before.
  expect(await one.mark(stream, [1, 2], batch(3))).toEqual(new Set([1]))
  expect(await told(stream, 3, 1, 2, 3)).toEqual([3, 'gone', 2])
  await expect(makeMarks(table, stream, [2])).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
  expect(await told(stream, 3, 2)).toEqual(['gone'])
})

test('S8 a batch that is sent again takes no build whose mark went since', async () => {
  const stream = crypto.randomUUID()
  const one = worker()
  await makeMarks(table, stream, [1, 2])
  await one.mark(stream, [1, 2], batch(1))
  await removeMarks(table, stream, [2])
  expect(await one.mark(stream, [1, 2], batch(1))).toEqual(new Set([1]))
  await removeMarks(table, stream, [1])
  expect(await one.mark(stream, [1, 2], batch(1))).toEqual(new Set())
})

test('S1 two that mark the same batch mark what either of them knows, and one that comes late moves nothing back', async () => {
  const stream = crypto.randomUUID()
  const [one, other] = [worker(), worker()]
  await makeMarks(table, stream, [1, 2, 3])
  await one.mark(stream, [1], batch(1))
  await Promise.all([one.mark(stream, [1, 2], batch(2)), other.mark(stream, [1, 3], batch(2))])
  expect(await told(stream, 2, 1, 2, 3)).toEqual([2, 2, 2])
  expect(await told(stream, 1, 1, 2, 3)).toEqual([1, 0, 0])
  await one.mark(stream, [2], batch(3))
  expect(await other.mark(stream, [1, 3], batch(2))).toEqual(new Set([1, 3]))
  expect(await told(stream, 3, 1, 2, 3)).toEqual([2, 3, 2])
  // Of both of the last two batches, nothing is known of before.
  expect(await told(stream, 1, 1, 2, 3)).toEqual([1, 'later', 0])
})

test('S4 a worker learns of marks that were made since it looked, also by several at once', async () => {
  const stream = crypto.randomUUID()
  const one = worker()
  await makeMarks(table, stream, [1])
  await one.mark(stream, [1], batch(1))
  await makeMarks(table, stream, [2])
  expect(await one.mark(stream, [2], batch(2))).toEqual(new Set([2]))
  await Promise.allSettled([3, 4, 5, marksPerItem].map((build) => makeMarks(table, stream, [build])))
  const made = (await told(stream, 2, 3, 4, 5)).map((each, index) => (each === 0 ? index + 3 : 0)).filter(Boolean)
  // Some may find that others, whose numbers are higher, were first.
  expect(made).toContain(5)
  expect(await one.mark(stream, [1, 3, 4, 5, marksPerItem], batch(3))).toEqual(new Set([1, ...made, marksPerItem]))
})

test('S2 after a restart to an earlier position, builds are marked as they change', async () => {
  await using it = openScene(address)
  const { stream } = it
  const [former] = (await readyBuilds(it, newBuild('a'))) as [Build]
  await applyTo(it, 9, { build: former, sort: 'x', by: [1n] })
  const { epoch } = await it.store.progress(stream)
  await it.store.restart(stream, { position: at(1), source: '', epoch })
  const [build] = (await readyBuilds(it, newBuild('a'))) as [Build]
  for (const place of [2, 3]) {
    await applyTo(it, place, { build, sort: 'x', by: [1n] })
    expect(await told(stream, place, former.number, build.number)).toEqual(['gone', place])
  }
})

import { expect, test, vi } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { MillraceError } from '../errors.ts'
import { MemoryStore } from '../store/memory/memory-store.ts'
import { FillingProgress } from './filling-progress.ts'

const builds = [7, 5, 6].map((number) => ({ tenant: 'a', report: `report ${number}`, number }))

async function filling() {
  const store = new MemoryStore()
  const told = vi.spyOn(store, 'tellFilling')
  const progress = new FillingProgress({ store, stream: 'main', builds, everyMilliseconds: 1 })
  const said = async () => (await store.progress('main')).filling
  await eventually(async () => expect(await said()).toMatchObject({ first: 5, last: 7, share: null, isOver: false }))
  return { store, told, progress, said }
}

test('the share of a filling is told to the store, never goes back, and is never whole before the end', async () => {
  const { store, told, progress, said } = await filling()
  progress.tell({ rows: 0, of: 0, given: 0, waiting: 0 })
  progress.tell({ rows: 500, of: 2_000, given: 0, waiting: 0 })
  await eventually(async () => expect((await said())?.share).toBe(0.25))
  progress.tell({ rows: 100, of: 2_000, given: 0, waiting: 0 })
  progress.tell({ rows: 9_000, of: 2_000, given: 0, waiting: 0 })
  await eventually(async () => expect((await said())?.share).toBe(0.99))
  await progress.end((filling) => store.tellFilling('main', filling))
  expect(await said()).toMatchObject({ first: 5, last: 7, share: 0.99, isOver: true })
  const shares = told.mock.calls.map(([, { share }]) => share)
  expect(shares).toEqual([null, 0.25, 0.99, 0.99])
})

test('what a store does not take is told again, and nothing is told after the end', async () => {
  const { store, told, progress, said } = await filling()
  told.mockRejectedValueOnce(new MillraceError('STORE_UNAVAILABLE', 'it is away'))
  progress.tell({ rows: 1, of: 2, given: 0, waiting: 0 })
  await eventually(async () => expect((await said())?.share).toBe(0.5))
  // Of an estimate that was too low.
  progress.tell({ rows: 1, of: 4, given: 0, waiting: 0 })
  await progress.end((filling) => store.tellFilling('main', filling))
  const before = told.mock.calls.length
  progress.tell({ rows: 4, of: 4, given: 0, waiting: 0 })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(told.mock.calls.length).toBe(before)
  expect(await said()).toMatchObject({ share: 0.5, isOver: true })
})

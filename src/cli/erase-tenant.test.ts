import { expect, test } from 'vitest'
import { MemoryStore } from '../store/memory/memory-store.ts'
import { eraseTenant } from './erase-tenant.ts'
import { stream } from './fold-status.ts'

const startsAt = '0000000000000100'
const build = (tenant: string, report: string) => ({
  tenant,
  report,
  fingerprint: 'f',
  definition: 'd',
  facts: '',
  startsAt,
})

async function filled(): Promise<MemoryStore> {
  const store = new MemoryStore()
  const { epoch } = await store.restart(stream, { position: startsAt, source: '', epoch: 0 })
  await store.open(stream, [build('acme', 'a'), build('acme', 'b'), build('acme', 'c'), build('acme ', 'a')], epoch)
  const [first, second, third] = await store.builds(stream)
  if (first !== undefined) await store.ready(stream, first)
  if (second !== undefined) await store.stop(stream, [second], 'a value')
  if (third !== undefined) await store.addBase(stream, third, '1', [{ sort: 'x', by: [1n] }])
  return store
}

const { signal } = new AbortController()

test('S8 every build of the tenant goes, in every state, and none of another', async () => {
  const store = await filled()
  const dropped = await eraseTenant(store, 'acme', { signal, lookMilliseconds: 0, onDropped: () => {} })
  expect(dropped.map(({ report, number }) => [report, number])).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ])
  expect((await store.builds(stream)).map(({ tenant }) => tenant)).toEqual(['acme '])
})

test('S8 what was asked about it goes, and of other requests what they say of it', async () => {
  const store = await filled()
  const different = ['acme', 'acme '].map((tenant) => ({
    tenant,
    report: 'a',
    repaired: false,
    counters: 1,
    first: [],
  }))
  const about = await store.ask(stream, { kind: 'verify', tenant: 'acme' })
  const all = await store.ask(stream, { kind: 'verify' })
  await store.answer(stream, all, { state: 'done', outcome: JSON.stringify({ done: 2, of: 2, different }) })
  await eraseTenant(store, 'acme', { signal, lookMilliseconds: 0, onDropped: () => {} })
  const left = await store.requests(stream)
  expect(left.map(({ id }) => id)).toEqual([all])
  expect(about).not.toBe(all)
  expect(JSON.parse(left[0]?.outcome ?? '')).toEqual({ done: 2, of: 2, different: [different[1]] })
})

test('one that a worker builds anew meanwhile goes too', async () => {
  const store = await filled()
  let anew = 2
  const dropped = await eraseTenant(store, 'acme', {
    signal,
    lookMilliseconds: 600,
    onDropped: () => {
      if (anew-- <= 0) return
      setTimeout(async () => {
        const { epoch } = await store.progress(stream)
        await store.open(stream, [build('acme', 'a')], epoch)
      }, 300)
    },
  })
  expect(dropped.length).toBe(5)
  expect((await store.builds(stream)).map(({ tenant }) => tenant)).toEqual(['acme '])
})

import { expect, test } from 'vitest'
import { Writes } from './writes.ts'

/** Something that ends when it is told to. */
function work() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { run: () => ended, end }
}
const turns = () => new Promise((resolve) => setImmediate(resolve))

test('what holds the writes waits for those that run, and those that come wait for it', async () => {
  const writes = new Writes()
  const said: string[] = []
  const [early, holding] = [work(), work()]
  const first = writes.run(early.run)
  const still = writes.still(async () => {
    said.push('still')
    await holding.run()
  })
  const late = writes.run(async () => {
    said.push('late')
  })
  await turns()
  expect(said).toEqual([])
  early.end()
  await first
  await turns()
  expect(said).toEqual(['still'])
  holding.end()
  await Promise.all([still, late])
  expect(said).toEqual(['still', 'late'])
})

test('those who hold take turns, and one that fails lets go', async () => {
  const writes = new Writes()
  const said: string[] = []
  const failing = writes.still(() => Promise.reject(new Error('no')))
  const next = writes.still(async () => {
    said.push('next')
  })
  await expect(failing).rejects.toThrow('no')
  await next
  await writes.run(async () => {
    said.push('write')
  })
  expect(said).toEqual(['next', 'write'])
})

import { expect, test } from 'vitest'
import { withinTimeLimit } from './time-limit.ts'

test('work that ends in time gives its outcome', async () => {
  expect(await withinTimeLimit(10_000, async () => 'done')).toBe('done')
  await expect(withinTimeLimit(10_000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
})

test('work that never ends is aborted and left behind', async () => {
  let aborted = false
  const work = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => {
      aborted = true
    })
    return new Promise<never>(() => {})
  }
  await expect(withinTimeLimit(20, work)).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    detail: 'gave no answer within 0.02 s',
  })
  expect(aborted).toBe(true)
})

test('work that ends in time leaves no timer', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  await withinTimeLimit(3_600_000, async () => {})
  await Promise.resolve()
  expect(timers()).toBe(before)
})

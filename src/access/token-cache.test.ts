import { describe, expect, test } from 'vitest'
import { createTokenCache, type Verified } from './token-cache.ts'

/** A cache under a clock that the test sets, and a verification that counts. */
function open(options: { size?: number; lifeSeconds?: number } = {}) {
  const state = { now: 1_000_000, verified: 0, expiresAt: Number.POSITIVE_INFINITY }
  const cache = createTokenCache<string>({ ...options, clock: () => state.now })
  const verify = async (token: string): Promise<Verified<string>> => {
    state.verified += 1
    return { value: `viewer of ${token}`, expiresAt: state.expiresAt }
  }
  return { state, cache, read: (token: string) => cache.through(token, verify) }
}

describe('the token cache', () => {
  test('verifies a token once, and tells tokens apart', async () => {
    const { state, read } = open()
    expect([await read('a'), await read('a'), await read('b')]).toEqual(['viewer of a', 'viewer of a', 'viewer of b'])
    expect(state.verified).toBe(2)
  })

  test('keeps a token for 60 seconds and not longer', async () => {
    const { state, read } = open()
    await read('a')
    state.now += 59_999
    await read('a')
    expect(state.verified).toBe(1)
    state.now += 1
    await read('a')
    expect(state.verified).toBe(2)
  })

  test('a hit does not lengthen the life', async () => {
    const { state, read } = open()
    await read('a')
    for (let second = 0; second < 60; second += 1) {
      state.now += 1_000
      await read('a')
    }
    expect(state.verified).toBe(2)
  })

  test('looks at the expiry on every hit', async () => {
    const { state, read } = open()
    state.expiresAt = state.now + 10_000
    await read('a')
    state.now += 9_999
    await read('a')
    expect(state.verified).toBe(1)
    state.now += 1
    await read('a')
    expect(state.verified).toBe(2)
  })

  test('a clock that is set back does not lengthen the life', async () => {
    const { state, read } = open()
    await read('a')
    state.now -= 1
    await read('a')
    expect(state.verified).toBe(2)
  })

  test('is bounded, and lets go of the token not used for longest', async () => {
    const { state, cache, read } = open({ size: 3 })
    for (const token of ['a', 'b', 'c', 'a', 'd']) await read(token)
    expect(cache.size).toBe(3)
    expect(state.verified).toBe(4)
    await read('a')
    expect(state.verified).toBe(4)
    await read('b')
    expect(state.verified).toBe(5)
    for (let index = 0; index < 1_000; index += 1) await read(`token ${index}`)
    expect(cache.size).toBe(3)
  })

  test('does not keep failures', async () => {
    const { cache, read } = open()
    const failing = () => Promise.reject(new Error('wrong signature'))
    await expect(cache.through('a', failing)).rejects.toThrow('wrong signature')
    expect(cache.size).toBe(0)
    expect(await read('a')).toBe('viewer of a')
  })

  test('a failure lets go of what was kept before', async () => {
    const { state, cache, read } = open()
    await read('a')
    state.now += 60_000
    await expect(cache.through('a', () => Promise.reject(new Error('withdrawn')))).rejects.toThrow('withdrawn')
    expect(cache.size).toBe(0)
  })

  test('clear forgets every token', async () => {
    const { state, cache, read } = open()
    await read('a')
    cache.clear()
    expect(cache.size).toBe(0)
    await read('a')
    expect(state.verified).toBe(2)
  })

  test('clear forgets a token that is being verified at that moment', async () => {
    const { cache } = open()
    let finish: (verified: Verified<string>) => void = () => undefined
    const slow = cache.through('a', () => new Promise((resolve) => (finish = resolve)))
    cache.clear()
    finish({ value: 'by the old key', expiresAt: Number.POSITIVE_INFINITY })
    expect(await slow).toBe('by the old key')
    expect(cache.size).toBe(0)
  })
})

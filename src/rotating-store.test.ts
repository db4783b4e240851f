import { beforeEach, expect, test } from 'vitest'
import { MillraceError } from './errors.ts'
import { RotatingStore } from './rotating-store.ts'
import type { AnalyticsSecret } from './secret/analytics-secret.ts'
import { RotatingSecret } from './secret/rotation.ts'
import { Secret } from './secret/secret.ts'
import type { PostgresTarget, StoreTarget } from './secret/store-target.ts'
import { MemoryStore } from './store/memory/memory-store.ts'

const secretWith = (password: string): AnalyticsSecret => {
  const connection = {
    host: 'h',
    port: 1,
    user: 'u',
    password: new Secret(password),
    database: 'd',
    ssl: 'disable',
  } as const
  const store: StoreTarget = { ...connection, kind: 'postgres', schema: 'reporting', reports: 'all', shadow: [] }
  return Object.freeze({ replica: { ...connection, target: 'standby' as const }, store })
}

let accepted: string
let readings = 0
let closed: string[]

beforeEach(() => {
  accepted = 'first'
  readings = 0
  closed = []
})

function rotating(next: () => string) {
  const read = async () => {
    readings++
    return secretWith(next())
  }
  const secret = new RotatingSecret(secretWith('first'), read, { restMs: 0 })
  return new RotatingStore(secret, (target) => {
    const { password } = target as PostgresTarget
    const store = new MemoryStore()
    const progress: MemoryStore['progress'] = async (stream) => {
      if (password.reveal() === accepted) return store.progress(stream)
      const cause = Object.assign(new Error('refused'), { code: '28P01' })
      throw new MillraceError('STORE_UNAVAILABLE', 'credentials', { cause })
    }
    const close = async () => {
      closed.push(password.reveal())
    }
    const [read, changed] = [store.read.bind(store), store.changed.bind(store)]
    return { progress, close, read, changed, fillings: store.fillings.bind(store) }
  })
}

test('credentials that were rotated are read again once, and the former connections closed', async () => {
  const store = rotating(() => accepted)
  expect(await store.progress('main')).toMatchObject({ epoch: 0 })
  accepted = 'second'
  expect(await store.progress('main')).toMatchObject({ epoch: 0 })
  expect(await store.progress('main')).toMatchObject({ epoch: 0 })
  expect(readings).toBe(1)
  await store.close()
  expect(closed.sort()).toEqual(['first', 'second'])
})

test('credentials that stay refused are STORE_UNAVAILABLE', async () => {
  const store = rotating(() => 'first')
  accepted = 'another'
  await expect(store.progress('main')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SecretsManagerEndpoint } from '../../test/aws/secrets-manager.ts'
import { isCredentialRefusal, RotatingSecret } from './rotation.ts'

const replica = { host: 'replica.example', user: 'reader', password: 'first', database: 'app', target: 'standby' }

let endpoint: SecretsManagerEndpoint
let clock: number

beforeEach(async () => {
  clock = 0
  endpoint = await SecretsManagerEndpoint.start()
  for (const [name, value] of Object.entries(endpoint.environment)) vi.stubEnv(name, value)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await endpoint.close()
})

const put = (changes: object, primary?: object) =>
  endpoint.put('analytics', JSON.stringify({ replica: { ...replica, ...changes }, primary }))

async function loaded(primary?: object) {
  put({}, primary)
  return await RotatingSecret.load('aws-sm:analytics', { now: () => clock })
}

test('credentials that were rotated are read again once, and then stand', async () => {
  const secret = await loaded()
  const old = secret.current()
  put({ password: 'second' })
  expect(secret.current()).toBe(old)
  expect(await secret.refresh(old)).toBe(true)
  expect(secret.current().replica.password.reveal()).toBe('second')
  expect(endpoint.requests).toHaveLength(2)
})

test('credentials that are what they were stay refused', async () => {
  const secret = await loaded()
  const old = secret.current()
  expect(await secret.refresh(old)).toBe(false)
  expect(secret.current()).toBe(old)
})

test('many refusals at once share one reading', async () => {
  const secret = await loaded()
  const old = secret.current()
  put({ user: 'reader_clone', password: 'second' })
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => secret.refresh(old)))
  expect(outcomes).toEqual(Array(20).fill(true))
  expect(endpoint.requests).toHaveLength(2)
})

test('a refusal of former credentials that comes late reads nothing', async () => {
  const secret = await loaded()
  const old = secret.current()
  put({ password: 'second' })
  await secret.refresh(old)
  clock += 60_000
  expect(await secret.refresh(old)).toBe(true)
  expect(endpoint.requests).toHaveLength(2)
})

test('a secret is read at most once in five seconds', async () => {
  const secret = await loaded()
  const old = secret.current()
  expect(await secret.refresh(old)).toBe(false)
  put({ password: 'second' })
  clock = 4_999
  expect(await secret.refresh(old)).toBe(false)
  expect(endpoint.requests).toHaveLength(2)
  clock = 5_000
  expect(await secret.refresh(old)).toBe(true)
  expect(endpoint.requests).toHaveLength(3)
  const next = secret.current()
  expect(await secret.refresh(next)).toBe(false)
  expect(endpoint.requests).toHaveLength(3)
})

test('a secret that cannot be read again leaves the credentials refused, and is asked again later', async () => {
  const secret = await loaded()
  const old = secret.current()
  endpoint.denied.add('GetSecretValue')
  await expect(secret.refresh(old)).rejects.toMatchObject({ code: 'SECRET_MISSING' })
  await expect(secret.refresh(old)).rejects.toMatchObject({ code: 'SECRET_MISSING' })
  expect(secret.current()).toBe(old)
  endpoint.denied.clear()
  put({ password: 'second' })
  clock = 5_000
  expect(await secret.refresh(old)).toBe(true)
})

test('a secret that became malformed is an error, and what stood before is kept', async () => {
  const secret = await loaded()
  const old = secret.current()
  endpoint.put('analytics', '{}')
  await expect(secret.refresh(old)).rejects.toMatchObject({ code: 'SECRET_INVALID' })
  expect(secret.current()).toBe(old)
})

test.each([
  { host: 'other.example' },
  { port: 6432 },
  { database: 'other' },
  { ssl: 'require' },
  { target: 'primary' },
  { heartbeat: { table: 'a.b', column: 'c' } },
])('T5 another target than the one that boot proved is not taken over: %o', async (change) => {
  const secret = await loaded()
  const old = secret.current()
  put({ ...change, password: 'second' })
  await expect(secret.refresh(old)).rejects.toMatchObject({ code: 'TARGET_REFUSED' })
  expect(secret.current()).toBe(old)
})

test('the credentials of the primary are rotated too, and a primary that appears needs a restart', async () => {
  const { target: _, ...primary } = replica
  const secret = await loaded(primary)
  const old = secret.current()
  put({}, { ...primary, password: 'second' })
  expect(await secret.refresh(old)).toBe(true)
  expect(secret.current().primary?.password.reveal()).toBe('second')
  put({})
  clock = 5_000
  await expect(secret.refresh(secret.current())).rejects.toMatchObject({ code: 'TARGET_REFUSED' })
})

test('a refusal of credentials is told from other errors', () => {
  expect(isCredentialRefusal({ code: '28P01' })).toBe(true)
  expect(isCredentialRefusal({ code: '28000' })).toBe(true)
  for (const error of [{ code: '57P03' }, { code: 'ECONNREFUSED' }, new Error('x'), undefined, null, '28P01'])
    expect(isCredentialRefusal(error)).toBe(false)
})

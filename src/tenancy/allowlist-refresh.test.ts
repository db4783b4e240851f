import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Allowlist, type AllowlistOptions, type AllowlistProblem, createAllowlist } from './allowlist.ts'
import type { TenantInput } from './tenant.ts'
import type { TenantSource } from './tenant-source.ts'

const opened: Allowlist[] = []

function open(source: TenantSource, options: AllowlistOptions = {}): Allowlist {
  const allowlist = createAllowlist(source, options)
  opened.push(allowlist)
  return allowlist
}

afterEach(() => {
  for (const allowlist of opened.splice(0)) allowlist.close()
})

/** A source whose next answer the test decides. */
function table(...rows: TenantInput[]) {
  const source = { rows: rows as unknown, failure: undefined as Error | undefined, reads: 0 }
  return Object.assign(source, {
    read: async () => {
      source.reads += 1
      if (source.failure !== undefined) throw source.failure
      return source.rows as readonly TenantInput[]
    },
  })
}

const unknown = expect.objectContaining({ code: 'TENANT_UNKNOWN' })
const unavailable = expect.objectContaining({ code: 'TENANTS_UNAVAILABLE' })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('T2 a refresh that fails keeps the list until it is too old, then nobody is admitted, then it recovers', async () => {
  const problems: AllowlistProblem[] = []
  const source = table({ id: 'acme' })
  const allowlist = open(source.read, { onProblem: (problem) => problems.push(problem) })
  await allowlist.start()
  source.failure = new Error('no route to host')
  await vi.advanceTimersByTimeAsync(150_000)
  expect(allowlist.require('acme').id).toBe('acme')
  await vi.advanceTimersByTimeAsync(1)
  expect(() => allowlist.require('acme')).toThrow(
    expect.objectContaining({ code: 'TENANTS_UNAVAILABLE', status: 503, retryAfter: 30 }),
  )
  expect(() => allowlist.list()).toThrow(unavailable)
  expect(problems).toEqual([{ detail: 'the tenant source failed', cause: source.failure }])
  source.failure = undefined
  await vi.advanceTimersByTimeAsync(30_000)
  expect(allowlist.require('acme').id).toBe('acme')
})

test('the age of a list counts from the beginning of its reading', async () => {
  const answers: ((rows: readonly TenantInput[]) => void)[] = []
  const allowlist = open(() => new Promise((resolve) => answers.push(resolve)), {
    refreshSeconds: 10,
    maxAgeSeconds: 10,
  })
  const start = allowlist.start()
  await vi.advanceTimersByTimeAsync(9_000)
  answers[0]?.([{ id: 'acme' }])
  await start
  await vi.advanceTimersByTimeAsync(1_000)
  expect(allowlist.require('acme').id).toBe('acme')
  await vi.advanceTimersByTimeAsync(1)
  expect(() => allowlist.require('acme')).toThrow(unavailable)
})

test('T2 a tenant whose row turns bad is left out; the others stay; it is reported once, and again after it was mended', async () => {
  const problems: AllowlistProblem[] = []
  const source = table({ id: 'acme' }, { id: 'b' })
  const allowlist = open(source.read, { onProblem: (problem) => problems.push(problem) })
  await allowlist.start()
  source.rows = [{ id: 'acme' }, { id: 'b', schema: 'pg_toast' }]
  await vi.advanceTimersByTimeAsync(60_000)
  expect(() => allowlist.require('b')).toThrow(unknown)
  expect(allowlist.require('acme').id).toBe('acme')
  expect(problems).toHaveLength(1)
  source.failure = new Error('a moment of trouble')
  await vi.advanceTimersByTimeAsync(30_000)
  source.failure = undefined
  await vi.advanceTimersByTimeAsync(30_000)
  expect(problems.map((problem) => problem.detail)).toEqual([
    'tenants["b"].schema: must not be a schema of the system',
    'the tenant source failed',
  ])
  source.rows = [{ id: 'acme' }, { id: 'b' }]
  await vi.advanceTimersByTimeAsync(30_000)
  expect(allowlist.require('b').id).toBe('b')
  source.rows = [{ id: 'acme' }, { id: 'b', schema: 'pg_toast' }]
  await vi.advanceTimersByTimeAsync(30_000)
  expect(problems).toHaveLength(3)
})

test('a refresh of which no row is valid is a refresh that fails', async () => {
  const source = table({ id: 'acme' })
  const allowlist = open(source.read)
  await allowlist.start()
  source.rows = [{ tenant_id: 'acme' }]
  await expect(allowlist.refresh()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect(allowlist.require('acme').id).toBe('acme')
})

test('T2 a table that is empty admits nobody', async () => {
  const source = table({ id: 'acme' })
  const allowlist = open(source.read)
  await allowlist.start()
  source.rows = []
  await vi.advanceTimersByTimeAsync(30_000)
  expect(() => allowlist.require('acme')).toThrow(unknown)
})

test('a callback that throws changes nothing', async () => {
  const source = table({ id: 'acme' }, { id: '' })
  const allowlist = open(source.read, {
    onProblem: () => {
      throw new Error('the log is full')
    },
  })
  await allowlist.start()
  source.failure = new Error('no route to host')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(source.reads).toBe(3)
  expect(allowlist.require('acme').id).toBe('acme')
})

test('readings never overlap, and one that never ends is given up', async () => {
  let running = 0
  let most = 0
  let reads = 0
  const allowlist = open(
    async () => {
      reads += 1
      running += 1
      most = Math.max(most, running)
      if (reads === 2) await new Promise((resolve) => setTimeout(resolve, 9_000))
      if (reads === 3) await new Promise(() => undefined).finally(() => undefined)
      running -= 1
      return [{ id: `tenant-${reads}` }]
    },
    { refreshSeconds: 10, maxAgeSeconds: 60 },
  )
  await allowlist.start()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(running).toBe(1)
  const asked = Promise.all([allowlist.refresh(), allowlist.refresh(), allowlist.refresh()])
  asked.catch(() => undefined)
  expect([running, reads]).toEqual([1, 2])
  await vi.advanceTimersByTimeAsync(4_000)
  expect([running, reads, most]).toEqual([1, 3, 1])
  await vi.advanceTimersByTimeAsync(9_999)
  expect(allowlist.require('tenant-2').id).toBe('tenant-2')
  expect(reads).toBe(3)
  await vi.advanceTimersByTimeAsync(1)
  await expect(asked).rejects.toMatchObject({
    code: 'TENANTS_UNAVAILABLE',
    detail: expect.stringContaining('in time'),
  })
  expect(allowlist.require('tenant-4').id).toBe('tenant-4')
})

test('a fixed list does not age', async () => {
  const allowlist = open([{ id: 'acme' }])
  await allowlist.start()
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(86_400_000)
  expect(allowlist.require('acme').id).toBe('acme')
})

test('nothing is read after close', async () => {
  const source = table({ id: 'acme' })
  const allowlist = open(source.read)
  await allowlist.start()
  allowlist.close()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(source.reads).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('close during a reading ends the refreshing too', async () => {
  let reads = 0
  const allowlist = open(async () => {
    reads += 1
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    return []
  })
  const start = allowlist.start()
  allowlist.close()
  await vi.advanceTimersByTimeAsync(1_000)
  await start
  await vi.advanceTimersByTimeAsync(300_000)
  expect(reads).toBe(1)
})

test('T2 the late answer of a reading that was given up does not undo a newer one', async () => {
  const answers: ((rows: readonly TenantInput[]) => void)[] = []
  const allowlist = open(() => new Promise((resolve) => answers.push(resolve)))
  const start = allowlist.start()
  await vi.advanceTimersByTimeAsync(0)
  answers[0]?.([{ id: 'acme' }, { id: 'leaving' }])
  await start
  await vi.advanceTimersByTimeAsync(60_000)
  expect(answers).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(30_000)
  answers[2]?.([{ id: 'acme' }])
  await vi.advanceTimersByTimeAsync(0)
  expect(() => allowlist.require('leaving')).toThrow(unknown)
  answers[1]?.([{ id: 'acme' }, { id: 'leaving' }])
  await vi.advanceTimersByTimeAsync(0)
  expect(() => allowlist.require('leaving')).toThrow(unknown)
})

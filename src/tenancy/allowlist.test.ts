import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
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

describe('who is on the list', () => {
  test('T2 an unknown tenant is refused, and the refusal does not repeat its id', async () => {
    const allowlist = open([{ id: 'acme' }])
    await allowlist.start()
    expect(allowlist.require('acme')).toStrictEqual({ id: 'acme', timeZone: 'UTC' })
    expect(() => allowlist.require('umbrella')).toThrow(
      expect.objectContaining({ code: 'TENANT_UNKNOWN', detail: 'the tenant is not on the allowlist' }),
    )
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
    'T2 %j is a tenant only if it is listed',
    async (id) => {
      const allowlist = open([{ id: 'acme' }])
      await allowlist.start()
      expect(() => allowlist.require(id)).toThrow(unknown)
      if (id === '') return
      const listing = open([{ id }])
      await listing.start()
      expect(listing.require(id).id).toBe(id)
    },
  )

  test.each([
    ['case', 'acme', 'Acme'],
    ['a space', 'acme', 'acme '],
    ['a Cyrillic letter', 'acme', 'аcme'],
    ['full-width letters', 'acme', 'ａcme'],
    ['another normal form', 'caf\u00e9', 'cafe\u0301'],
    ['a zero-width space', 'acme', 'acme\u200b'],
    ['a NUL', 'acme', 'acme\0'],
  ])('T2 an id that differs only by %s is another tenant', async (_, listed, alike) => {
    const allowlist = open([{ id: listed }])
    await allowlist.start()
    expect(() => allowlist.require(alike)).toThrow(unknown)
  })

  test('T2 nobody is admitted before the list is loaded', () => {
    const allowlist = open([{ id: 'acme' }])
    expect(() => allowlist.require('acme')).toThrow(unavailable)
    expect(() => allowlist.list()).toThrow(unavailable)
  })

  test('T2 a tenant that has just left is refused once refresh has ended, even if a reading was under way', async () => {
    const answers: ((rows: readonly TenantInput[]) => void)[] = []
    const allowlist = open(() => new Promise((resolve) => answers.push(resolve)))
    const start = allowlist.start()
    await eventually(() => expect(answers).toHaveLength(1))
    answers[0]?.([{ id: 'acme' }, { id: 'leaving' }])
    await start
    const early = allowlist.refresh()
    await eventually(() => expect(answers).toHaveLength(2))
    const after = allowlist.refresh()
    expect(allowlist.refresh()).toBe(after)
    answers[1]?.([{ id: 'acme' }, { id: 'leaving' }])
    await early
    expect(allowlist.require('leaving').id).toBe('leaving')
    await eventually(() => expect(answers).toHaveLength(3))
    answers[2]?.([{ id: 'acme' }])
    await after
    expect(() => allowlist.require('leaving')).toThrow(unknown)
    expect(allowlist.list()).toStrictEqual([{ id: 'acme', timeZone: 'UTC' }])
    expect(answers).toHaveLength(3)
  })
})

describe('at start', () => {
  test('a bad tenant of a fixed list is an error that names the tenant and the field', async () => {
    const allowlist = open([{ id: 'acme' }, { id: 'b', timeZone: 'CET' }, { id: '' }])
    await expect(allowlist.start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: expect.stringMatching(/^tenants\["b"\]\.timeZone: .* \(and 1 more\)$/),
    })
    expect(() => allowlist.require('acme')).toThrow(unavailable)
  })

  test('a bad row of a table is left out and reported', async () => {
    const problems: AllowlistProblem[] = []
    const source = table({ id: 'acme' }, { id: 'b', timeZone: 'CET' })
    const allowlist = open(source.read, { onProblem: (problem) => problems.push(problem) })
    await allowlist.start()
    expect(allowlist.list().map((tenant) => tenant.id)).toEqual(['acme'])
    expect(problems).toEqual([{ tenant: 'b', detail: expect.stringContaining('tenants["b"].timeZone') }])
  })

  test('a table of which no row is valid is an error', async () => {
    const source = table()
    source.rows = [{ tenant_id: 'acme' }, { tenant_id: 'umbrella' }]
    await expect(open(source.read).start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: 'tenants[0].id: must be a string (and 1 more)',
    })
  })

  test('a source that gives no array is an error', async () => {
    const source = table()
    source.rows = { rows: [] }
    await expect(open(source.read).start()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('a source that fails is an error with its cause, and start may be tried again', async () => {
    const source = table({ id: 'acme' })
    source.failure = new Error('no route to host')
    const allowlist = open(source.read)
    await expect(allowlist.start()).rejects.toMatchObject({ code: 'TENANTS_UNAVAILABLE', cause: source.failure })
    source.failure = undefined
    await allowlist.start()
    expect(allowlist.require('acme').id).toBe('acme')
  })

  test('a source that throws instead of rejecting is a source that fails', async () => {
    const allowlist = open(() => {
      throw new Error('not even a promise')
    })
    await expect(allowlist.start()).rejects.toMatchObject({ code: 'TENANTS_UNAVAILABLE' })
  })

  test.each([
    [{ refreshSeconds: 0 }],
    [{ refreshSeconds: Number.NaN }],
    [{ refreshSeconds: 86_401 }],
    [{ refreshSeconds: 30, maxAgeSeconds: 29 }],
    [{ maxAgeSeconds: Number.NaN }],
  ])('%j is refused', (options) => {
    expect(() => createAllowlist([], options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

test('neither waiting for the next refresh nor a refresh that hangs keeps the process alive', async () => {
  const module = new URL('./allowlist.ts', import.meta.url).href
  const script = `
    const { createAllowlist } = await import(${JSON.stringify(module)})
    let reads = 0
    const source = async () => (++reads === 1 ? [{ id: 'acme' }] : new Promise(() => {}))
    const allowlist = createAllowlist(source, { refreshSeconds: 3600 })
    await allowlist.start()
    allowlist.refresh()
    console.log(allowlist.require('acme').id)`
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    timeout: 15_000,
  })
  await expect(run).resolves.toMatchObject({ stdout: 'acme\n' })
}, 20_000)

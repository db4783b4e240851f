import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type KeyServer, startKeyServer } from '../../test/issuer/server.ts'
import { audience, bearer, issuer, rawToken } from '../../test/issuer/tokens.ts'
import { jwtViewer } from './jwt.ts'
import type { RemoteKeysOptions } from './remote-keys.ts'

let server: KeyServer

beforeEach(async () => {
  server = await startKeyServer()
  await server.publish('one')
})
afterEach(async () => {
  vi.useRealTimers()
  await server[Symbol.asyncDispose]()
})

/** Reads the subject of a token signed by the key of that name. */
function open(options: RemoteKeysOptions = {}) {
  const viewer = jwtViewer({ issuer, audience, keys: { jwks: server.url, ...options } })
  return async (kid: string, changes = {}) => (await viewer(bearer(await server.token(kid, changes)))).subject
}

const unavailable = expect.objectContaining({ code: 'KEYS_UNAVAILABLE', status: 503 })
const unknown = expect.objectContaining({ code: 'UNAUTHENTICATED', detail: 'signed with an unknown key' })

describe("the issuer's keys", () => {
  test('are fetched when first needed, and once for many', async () => {
    const read = open()
    expect(server.requests).toBe(0)
    const subjects = await Promise.all(['ada', 'bob', 'cy'].map((sub) => read('one', { sub })))
    expect(subjects).toEqual(['ada', 'bob', 'cy'])
    expect(server.requests).toBe(1)
  })

  test('are fetched again for a key that is not known: it may be new', async () => {
    const read = open({ cooldownSeconds: 0 })
    await read('one')
    await expect(read('two')).rejects.toThrow(unknown)
    expect(server.requests).toBe(2)
    await server.publish('one', 'two')
    expect(await read('two')).toBe('ada')
    expect(server.requests).toBe(3)
  })

  test('are not fetched more often than the cooldown allows, whatever keys tokens name', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const read = open()
    await read('one')
    for (const kid of ['x', 'y', 'z']) await expect(read(kid)).rejects.toThrow(unknown)
    expect(server.requests).toBe(1)
    vi.setSystemTime(Date.now() + 30_000)
    await server.publish('one', 'two')
    expect(await read('two')).toBe('ada')
    await expect(read('x')).rejects.toThrow(unknown)
    expect(server.requests).toBe(2)
  })

  test('a rotation is the end of every token that was kept', async () => {
    const viewer = jwtViewer({ issuer, audience, keys: { jwks: server.url, cooldownSeconds: 0 } })
    const kept = bearer(await server.token('one'))
    const first = await viewer(kept)
    await server.publish('two')
    expect(await viewer(kept)).toBe(first)
    await viewer(bearer(await server.token('two')))
    await expect(viewer(kept)).rejects.toThrow(unknown)
  })

  test('a set that has not changed lets kept tokens be', async () => {
    const viewer = jwtViewer({ issuer, audience, keys: { jwks: server.url, cooldownSeconds: 0 } })
    const kept = bearer(await server.token('one'))
    const first = await viewer(kept)
    await expect(viewer(bearer(await server.token('two')))).rejects.toThrow(unknown)
    expect(server.requests).toBe(2)
    expect(await viewer(kept)).toBe(first)
  })

  test('a key that was withdrawn is accepted no longer than the set and the token are kept', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const viewer = jwtViewer({ issuer, audience, keys: { jwks: server.url } })
    const request = bearer(await server.token('one'))
    await viewer(request)
    await server.publish('two')
    vi.setSystemTime(Date.now() + 599_000)
    await viewer(request)
    vi.setSystemTime(Date.now() + 59_000)
    await viewer(request)
    vi.setSystemTime(Date.now() + 1_000)
    await expect(viewer(request)).rejects.toThrow(unknown)
  })
})

describe("an issuer's key server that is down", () => {
  test.each<[string, KeyServer['answer']]>([
    ['refuses', (response) => response.writeHead(500).end()],
    ['answers something else', (response) => response.end('<html>')],
    ['answers another shape', (response) => response.end('{"keys":"none"}')],
    ['sends elsewhere', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['hangs up', (response) => response.destroy()],
    ['never answers', () => undefined],
    ['never ends', (response) => void response.write('{"keys":')],
  ])('that %s makes no viewer and is 503', async (_, answer) => {
    server.answer = answer
    const error = await open({ timeoutSeconds: 0.05 })('one').catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'KEYS_UNAVAILABLE',
      status: 503,
      retryAfter: 5,
      detail: "the issuer's keys could not be fetched",
    })
  })

  test('is asked again only after a pause, and then serves again', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const read = open()
    server.answer = (response) => response.writeHead(500).end()
    await expect(read('one')).rejects.toThrow(unavailable)
    server.answer = undefined
    vi.advanceTimersByTime(3_500)
    await expect(read('one')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE', retryAfter: 2 })
    expect(server.requests).toBe(1)
    vi.advanceTimersByTime(1_500)
    expect(await read('one')).toBe('ada')
    expect(server.requests).toBe(2)
  })

  test('does not harm tokens of keys that are known', async () => {
    const read = open({ cooldownSeconds: 0 })
    await read('one')
    server.answer = (response) => response.destroy()
    await expect(read('two')).rejects.toThrow(unavailable)
    expect(await read('one', { sub: 'bob' })).toBe('bob')
  })

  test('is not asked for what is no token', async () => {
    const viewer = jwtViewer({ issuer, audience, keys: { jwks: server.url } })
    for (const text of ['a.b.c', rawToken({ alg: 'none' }, {}), rawToken({ alg: 'HS256', kid: 'one' }, {}, 'AAAA')])
      await expect(viewer(bearer(text))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(server.requests).toBe(0)
  })
})

test('a key of the set that is too weak verifies nothing', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const set = JSON.stringify({ keys: [{ ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' }] })
  server.answer = (response) => response.end(set)
  const header = Buffer.from('{"alg":"RS256","kid":"weak"}').toString('base64url')
  const viewer = jwtViewer({ issuer, audience, keys: { jwks: server.url } })
  await expect(viewer(bearer(`${header}.e30.AAAA`))).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    detail: 'signed with a key that cannot be used',
  })
})

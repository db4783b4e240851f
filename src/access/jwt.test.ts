import { createHmac, generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { audience, bearer, encoded, goodClaims, issuer, rawToken, secret, token } from '../../test/issuer/tokens.ts'
import { jwtViewer } from './jwt.ts'
import type { JwtViewerOptions } from './jwt-options.ts'
import { viewerOf } from './viewer.ts'

const open = (options: Partial<JwtViewerOptions> = {}) => jwtViewer({ issuer, audience, keys: { secret }, ...options })
const refused = (detail: string) => ({ code: 'UNAUTHENTICATED', status: 401, detail })
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe('a good token', () => {
  test('is a viewer', async () => {
    const viewer = await open({ roles: { clerk: ['invoices.read'] } })(
      bearer(await token({ roles: 'clerk', attributes: { groups: ['north'] } })),
    )
    expect(viewer).toStrictEqual({
      tenant: 'acme',
      subject: 'ada',
      permissions: new Set(['bookings.read', 'invoices.read']),
      attributes: { groups: ['north'] },
    })
  })

  test('may be of one of several issuers and for several audiences', async () => {
    const viewer = open({ issuer: ['https://other.example', issuer], audience: ['other', audience] })
    expect((await viewer(bearer(await token({ aud: ['mobile', audience] })))).subject).toBe('ada')
  })

  test("is a viewer also where a host's own function takes it", async () => {
    const byToken = open()
    const viewer = viewerOf(byToken)
    await expect(viewer(bearer(await token()))).resolves.toStrictEqual(await byToken(bearer(await token())))
    await expect(viewer({ headers: {} })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

describe('T1 only the verified token says who is asking', () => {
  test('T1 a tenant in a header, the query or the body is not looked at', async () => {
    const request = {
      headers: {
        ...bearer(await token()).headers,
        'x-tenant': 'umbrella',
        tenant: 'umbrella',
        cookie: 'tenant=umbrella',
      },
      query: { tenant: 'umbrella', access_token: await token({ tenant: 'umbrella' }) },
      body: { tenant: 'umbrella' },
      params: { tenant: 'umbrella' },
    }
    expect((await open()(request)).tenant).toBe('acme')
  })

  test('T1 a token signed with another key is refused', async () => {
    const key = new TextEncoder().encode('another-secret-of-32-bytes-00000')
    await expect(open()(bearer(await token({}, { key })))).rejects.toMatchObject(refused('wrong signature'))
  })

  test('T1 a token whose claims were changed is refused, also when the true one has just been accepted', async () => {
    const viewer = open()
    const good = await token()
    await viewer(bearer(good))
    const [header, , signature] = good.split('.')
    const forged = `${header}.${encoded(JSON.stringify({ ...goodClaims(), tenant: 'umbrella' }))}.${signature}`
    await expect(viewer(bearer(forged))).rejects.toMatchObject(refused('wrong signature'))
  })

  test.each(['none', 'None', 'NONE'])('T1 a token of the algorithm %j is refused', async (alg) => {
    await expect(open()(bearer(rawToken({ alg }, goodClaims())))).rejects.toMatchObject(
      refused('algorithm not allowed'),
    )
  })

  test('T1 a token signed by HS256 with the text of the public key is refused', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const text = publicKey.export({ type: 'spki', format: 'pem' }) as string
    const unsigned = rawToken({ alg: 'HS256' }, goodClaims()).slice(0, -1)
    for (const key of [text, text.trimEnd(), publicKey.export({ type: 'spki', format: 'der' })]) {
      const forged = `${unsigned}.${createHmac('sha256', key).update(unsigned).digest('base64url')}`
      for (const keys of [{ publicKey: text }, { jwks: { keys: [publicKey.export({ format: 'jwk' })] } }])
        await expect(open({ keys })(bearer(forged))).rejects.toMatchObject(refused('algorithm not allowed'))
    }
  })

  test('T1 a token that brings its own key is refused', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const mine = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const forged = await new SignJWT(goodClaims())
      .setProtectedHeader({ alg: 'ES256', jwk: mine.publicKey.export({ format: 'jwk' }), jku: 'https://evil.example' })
      .sign(mine.privateKey)
    const viewer = open({ keys: { jwks: { keys: [publicKey.export({ format: 'jwk' })] } } })
    await expect(viewer(bearer(forged))).rejects.toMatchObject(refused('wrong signature'))
    expect((await viewer(bearer(await token({}, { alg: 'ES256', key: privateKey })))).subject).toBe('ada')
  })

  test.each([
    ['an expired token', { exp: inSeconds(-1) }, 'token expired'],
    ['a token that never expires', { exp: undefined }, 'token has no "exp" claim'],
    ['a token that expires at a text', { exp: 'never' }, 'malformed "exp" claim'],
    ['a token not valid yet', { nbf: inSeconds(60) }, 'token not valid yet'],
    ['a token of another issuer', { iss: 'https://other.example' }, 'wrong issuer'],
    ['a token of no issuer', { iss: undefined }, 'token has no "iss" claim'],
    ['a token for another audience', { aud: 'mobile' }, 'wrong audience'],
    ['a token for no audience', { aud: undefined }, 'token has no "aud" claim'],
    ['a token without a tenant', { tenant: undefined }, 'token has no "tenant" claim'],
    ['a token without a subject', { sub: undefined }, 'token has no "sub" claim'],
  ])('T1 %s is refused', async (_, changes, detail) => {
    await expect(open()(bearer(await token(changes)))).rejects.toMatchObject(refused(detail))
  })

  test('T1 a token that expires at infinity is refused', async () => {
    const unsigned = `${encoded('{"alg":"HS256"}')}.${encoded(JSON.stringify(goodClaims()).replace(/"exp":\d+/, '"exp":1e999'))}`
    const signature = createHmac('sha256', secret).update(unsigned).digest('base64url')
    await expect(open()(bearer(`${unsigned}.${signature}`))).rejects.toMatchObject(refused('malformed "exp" claim'))
  })

  test.each(['a', 'a.b', 'a.b.c', '..', 'a.b.c.d.e', `${encoded('{}')}.${encoded('{}')}.`])(
    'T1 %j, which is no token, is refused',
    async (text) => {
      await expect(open()(bearer(text))).rejects.toMatchObject(refused('malformed token'))
    },
  )

  test('T1 a request without a token is refused', async () => {
    await expect(open()({ headers: {} })).rejects.toMatchObject(refused('no Authorization header'))
  })
})

describe('time', () => {
  /** A viewer under a clock that the test sets, and a token that expires ten minutes after its start. */
  async function clocked(options: Partial<JwtViewerOptions> = {}) {
    const start = Date.now()
    const state = { now: start }
    const viewer = open({ ...options, clock: () => state.now })
    const exp = Math.floor(start / 1000) + 600
    const request = bearer(await token({ exp }))
    return { state, read: () => viewer(request), expiry: exp * 1000 }
  }

  test('a kept token expires on time, to the millisecond', async () => {
    const { state, read, expiry } = await clocked()
    state.now = expiry - 1_000
    const first = await read()
    state.now = expiry - 1
    expect(await read()).toBe(first)
    state.now = expiry
    await expect(read()).rejects.toMatchObject(refused('token expired'))
  })

  test('the tolerance holds for a kept token as for a new one', async () => {
    const { state, read, expiry } = await clocked({ clockToleranceSeconds: 5 })
    state.now = expiry
    const first = await read()
    state.now = expiry + 4_999
    expect(await read()).toBe(first)
    state.now = expiry + 5_000
    await expect(read()).rejects.toMatchObject(refused('token expired'))
  })

  test('a token is verified again after 60 seconds, or what the options say', async () => {
    for (const [cache, life] of [
      [{}, 60_000],
      [{ lifeSeconds: 5 }, 5_000],
    ] as const) {
      const { state, read } = await clocked({ cache })
      const first = await read()
      state.now += life - 1
      expect(await read()).toBe(first)
      state.now += 1
      expect(await read()).not.toBe(first)
    }
  })

  test('no more tokens are kept than the options say', async () => {
    const viewer = open({ cache: { size: 1 } })
    const [one, other] = [bearer(await token()), bearer(await token({ sub: 'bob' }))]
    const first = await viewer(one)
    expect(await viewer(one)).toBe(first)
    await viewer(other)
    expect(await viewer(one)).not.toBe(first)
  })
})

test('no refusal holds anything of the token', async () => {
  const secrets = {
    sub: 'PERSONAL',
    tenant: 'PERSONAL',
    email: 'PERSONAL',
    iss: 'PERSONAL',
    aud: 'PERSONAL',
    nbf: inSeconds(99),
  }
  const viewer = open()
  const forged = rawToken({ alg: 'HS256', kid: 'PERSONAL', typ: 'PERSONAL' }, secrets, 'PERSONAL')
  const authentic = await Promise.all([
    token({ iss: 'PERSONAL', email: 'PERSONAL' }),
    token({ aud: 'PERSONAL', email: 'PERSONAL' }),
    token({ exp: 1, email: 'PERSONAL' }),
    token({ tenant: ['PERSONAL'] }),
    token({ attributes: { groups: { PERSONAL: 1 } } }),
    token({ permissions: { PERSONAL: 1 } }),
  ])
  for (const text of [forged, ...authentic, 'PERSONAL', rawToken('PERSONAL', 'PERSONAL')]) {
    const error = await viewer(bearer(text)).then(
      () => undefined,
      (reason: Error) => reason,
    )
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(error?.cause).toBeUndefined()
    const parts = text.split('.').filter((part) => part.length > 4)
    const said = JSON.stringify({ ...error, message: error?.message, stack: error?.stack })
    for (const part of ['PERSONAL', ...parts]) expect(said).not.toContain(part)
  }
})

import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { exportJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { audience, bearer, issuer, type SigningKey, secret, token } from '../../test/issuer/tokens.ts'
import type { MillraceError } from '../errors.ts'
import { jwtViewer } from './jwt.ts'
import type { JwtViewerOptions } from './jwt-options.ts'

const pem = { type: 'spki', format: 'pem' } as const
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ec384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const edwards = generateKeyPairSync('ed25519')
const bitcoin = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
const exchange = generateKeyPairSync('x25519')

const open = (options: Partial<JwtViewerOptions> & Record<string, unknown>) =>
  jwtViewer({ issuer, audience, keys: { secret }, ...options })

const verifies = async (options: Partial<JwtViewerOptions>, alg: string, key: SigningKey) =>
  (await open(options)(bearer(await token({}, { alg, key })))).subject

describe('keys', () => {
  test('a secret verifies HS256, as text and as bytes', async () => {
    const bytes = new TextEncoder().encode(secret)
    expect(await verifies({ keys: { secret } }, 'HS256', bytes)).toBe('ada')
    const given = Uint8Array.from(bytes)
    const viewer = open({ keys: { secret: given } })
    given.fill(0)
    expect((await viewer(bearer(await token()))).subject).toBe('ada')
  })

  test.each([
    ['RS256', rsa],
    ['ES256', ec],
    ['ES384', ec384],
    ['EdDSA', edwards],
    ['Ed25519', edwards],
  ])('a public key verifies %s, as PEM and as a JWK', async (alg, { publicKey, privateKey }) => {
    const text = publicKey.export(pem) as string
    expect(await verifies({ keys: { publicKey: text } }, alg, privateKey)).toBe('ada')
    const jwk = await exportJWK(publicKey)
    expect(await verifies({ keys: { publicKey: jwk } }, alg, privateKey)).toBe('ada')
    expect(await verifies({ keys: { jwks: { keys: [jwk] } }, algorithms: [alg] }, alg, privateKey)).toBe('ada')
  })

  test('another algorithm of the same key is taken only where it is chosen', async () => {
    const publicKey = rsa.publicKey.export(pem) as string
    await expect(verifies({ keys: { publicKey } }, 'PS256', rsa.privateKey)).rejects.toMatchObject({
      detail: 'algorithm not allowed',
    })
    expect(await verifies({ keys: { publicKey }, algorithms: ['PS256'] }, 'PS256', rsa.privateKey)).toBe('ada')
  })

  test('a key of a set is chosen by its kid', async () => {
    const set = {
      keys: [
        { ...(await exportJWK(ec.publicKey)), kid: 'one' },
        { ...(await exportJWK(ec384.publicKey)), kid: 'two' },
      ],
    }
    const viewer = open({ keys: { jwks: set } })
    const signed = (kid: string) => token({}, { alg: 'ES256', key: ec.privateKey, kid })
    expect((await viewer(bearer(await signed('one')))).subject).toBe('ada')
    await expect(viewer(bearer(await signed('two')))).rejects.toMatchObject({ detail: 'signed with an unknown key' })
    await expect(viewer(bearer(await signed('three')))).rejects.toMatchObject({ detail: 'signed with an unknown key' })
  })

  test('a token without a kid is refused where several keys fit', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const viewer = open({ keys: { jwks: { keys: [await exportJWK(ec.publicKey), await exportJWK(other.publicKey)] } } })
    await expect(viewer(bearer(await token({}, { alg: 'ES256', key: ec.privateKey })))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      detail: 'several keys fit: the token must name its key (kid)',
    })
  })
})

describe('what is refused at once', () => {
  const refusal = (options: Record<string, unknown>): string => {
    try {
      open(options)
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      const { detail, cause } = error as MillraceError
      expect(cause).toBeUndefined()
      return detail
    }
    return 'nothing'
  }
  const privatePem = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const publicPem = ec.publicKey.export(pem) as string

  test.each<[string, Record<string, unknown>, string]>([
    ['no keys', { keys: {} }, 'viewer.keys: must hold exactly one of secret, publicKey and jwks'],
    ['keys that are none', { keys: undefined }, 'viewer.keys: must hold one of secret, publicKey and jwks'],
    [
      'two kinds',
      { keys: { secret, publicKey: publicPem } },
      'viewer.keys: must hold exactly one of secret, publicKey and jwks',
    ],
    ['a short secret', { keys: { secret: 's'.repeat(31) } }, 'viewer.keys.secret: must be at least 32 bytes long'],
    ['short bytes', { keys: { secret: new Uint8Array(31) } }, 'viewer.keys.secret: must be at least 32 bytes long'],
    ['a secret that is missing', { keys: { secret: undefined } }, 'viewer.keys.secret: must be a string or bytes'],
    ['another algorithm for a secret', { algorithms: ['HS512'] }, 'viewer.algorithms: must be of HS256 for this key'],
    ['no algorithm at all', { algorithms: [] }, 'viewer.algorithms: must not be empty'],
    ['none', { algorithms: ['none'] }, 'viewer.algorithms: must be of HS256 for this key'],
    [
      'HS256 with a public key',
      { keys: { publicKey: publicPem }, algorithms: ['HS256'] },
      'viewer.algorithms: must be of ES256 for this key',
    ],
    [
      'a private key',
      { keys: { publicKey: privatePem } },
      'viewer.keys.publicKey: is a private key; give the public one',
    ],
    [
      'a private JWK',
      { keys: { publicKey: ec.privateKey.export({ format: 'jwk' }) } },
      'viewer.keys.publicKey: is a private key; give the public one',
    ],
    [
      'what is no key',
      { keys: { publicKey: 'key' } },
      'viewer.keys.publicKey: must be a public key, as PEM or as a JWK',
    ],
    [
      'a symmetric JWK',
      { keys: { publicKey: { kty: 'oct', k: 'c2VjcmV0' } } },
      'viewer.keys.publicKey: must be a public key, as PEM or as a JWK',
    ],
    [
      'a weak key',
      { keys: { publicKey: weak.publicKey.export(pem) } },
      'viewer.keys.publicKey: must have at least 2048 bits',
    ],
    [
      'another curve',
      { keys: { publicKey: bitcoin.publicKey.export(pem) } },
      'viewer.keys.publicKey: must be an RSA, EC (P-256, P-384, P-521) or Ed25519 key',
    ],
    [
      'a key that signs nothing',
      { keys: { publicKey: exchange.publicKey.export(pem) } },
      'viewer.keys.publicKey: must be an RSA, EC (P-256, P-384, P-521) or Ed25519 key',
    ],
    ['an empty set', { keys: { jwks: { keys: [] } } }, 'viewer.keys.jwks: must be a URL or a JWK set'],
    [
      'an address as text',
      { keys: { jwks: 'https://identity.example' } },
      'viewer.keys.jwks: must be a URL or a JWK set',
    ],
    [
      'a weak key in a set',
      { keys: { jwks: { keys: [weak.publicKey.export({ format: 'jwk' })] } } },
      'viewer.keys.jwks.keys[0]: must have at least 2048 bits',
    ],
    [
      'http',
      { keys: { jwks: new URL('http://identity.example') } },
      'viewer.keys.jwks: must begin with https:// (http:// only for this machine)',
    ],
    [
      'a file',
      { keys: { jwks: new URL('file:///keys') } },
      'viewer.keys.jwks: must begin with https:// (http:// only for this machine)',
    ],
    [
      'a password',
      { keys: { jwks: new URL('https://u:p@identity.example') } },
      'viewer.keys.jwks: must hold no user name and no password',
    ],
    [
      'no age',
      { keys: { jwks: new URL('https://identity.example'), maxAgeSeconds: -1 } },
      'viewer.keys.maxAgeSeconds: must be at least 0',
    ],
    ['no issuer', { issuer: undefined }, 'viewer.issuer: must be a string or an array of strings'],
    ['an empty issuer', { issuer: '' }, 'viewer.issuer: must not be empty'],
    ['no audience', { audience: [] }, 'viewer.audience: must not be empty'],
    ['a misspelt field', { leeway: 5 }, 'viewer.leeway: is not a field'],
    ['a misspelt claim', { claims: { tenantId: 'org' } }, 'viewer.claims.tenantId: is not a field'],
    ['a role without a list', { roles: { clerk: 'a' } }, 'viewer.roles.clerk: must be an array of permissions'],
    ['too much tolerance', { clockToleranceSeconds: 301 }, 'viewer.clockToleranceSeconds: must be at most 300'],
    ['a cache of no size', { cache: { size: 0 } }, 'viewer.cache.size: must be at least 1'],
  ])('%s', (_, options, detail) => {
    expect(refusal(options)).toBe(detail)
  })

  test('a PEM of PKCS #1 is a public key too', () => {
    const publicKey = createPublicKey(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })).export({
      type: 'pkcs1',
      format: 'pem',
    })
    expect(refusal({ keys: { publicKey } })).toBe('nothing')
  })
})

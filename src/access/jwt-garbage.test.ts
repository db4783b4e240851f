import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { audience, encoded, goodClaims, issuer, rawToken, secret, token } from '../../test/issuer/tokens.ts'
import { MillraceError } from '../errors.ts'
import { jwtViewer } from './jwt.ts'
import type { Keys } from './keys.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = publicKey.export({ format: 'jwk' })
const kinds: [string, Keys, Parameters<typeof token>[1]][] = [
  ['a secret', { secret }, {}],
  ['a public key', { publicKey: jwk }, { alg: 'ES256', key: privateKey }],
  ['a set of keys', { jwks: { keys: [{ ...jwk, kid: 'one' }] } }, { alg: 'ES256', key: privateKey, kid: 'one' }],
]

const algorithm = fc.constantFrom(
  'none',
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'ES256',
  'EdDSA',
  'dir',
  '',
  'constructor',
)
const header = fc.record(
  {
    alg: fc.oneof(algorithm, fc.jsonValue()),
    kid: fc.oneof(fc.constant('one'), fc.jsonValue()),
    crit: fc.oneof(fc.constant(['b64']), fc.constant(['exp']), fc.jsonValue()),
    b64: fc.oneof(fc.boolean(), fc.jsonValue()),
    typ: fc.jsonValue(),
    jwk: fc.oneof(fc.constant(jwk), fc.jsonValue()),
    zip: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const claims = fc.oneof(
  fc.constant(goodClaims()),
  fc.jsonValue(),
  fc.record({
    iss: fc.constant(issuer),
    aud: fc.constant(audience),
    exp: fc.jsonValue(),
    tenant: fc.jsonValue(),
    sub: fc.jsonValue(),
  }),
)
const signature = fc.oneof(
  fc.constant(''),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  fc.string().map(encoded),
)
const shaped = fc.tuple(fc.oneof(header, fc.jsonValue()), claims, signature).map((parts) => rawToken(...parts))
const authorization = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string().map((text) => `Bearer ${text}`),
  fc.base64String().map((text) => `Bearer ${text}`),
  shaped.map((text) => `Bearer ${text}`),
  fc.array(fc.string()),
)

describe.each(kinds)('T1 with %s', (_, keys, signing) => {
  const viewer = jwtViewer({ issuer, audience, keys })
  let good: string
  beforeAll(async () => {
    good = await token({}, signing)
  })

  /** Whether it was refused with 401. A viewer, or any other error, is a counterexample. */
  async function refused(value: string | readonly string[]): Promise<boolean> {
    try {
      await viewer({ headers: { authorization: value } })
      return false
    } catch (error) {
      return error instanceof MillraceError && error.code === 'UNAUTHENTICATED' && error.cause === undefined
    }
  }

  test('T1 garbage never gives a viewer, and never another error than 401', async () => {
    await fc.assert(fc.asyncProperty(authorization, refused), { numRuns: 1_000 })
  })

  test('T1 a good token in which anything was changed never gives a viewer', async () => {
    const [head = '', body = '', signed = ''] = good.split('.')
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const change = fc.record({ at: fc.nat(head.length + body.length), by: fc.constantFrom(...alphabet) })
    // The last character of the signature has bits that mean nothing, so that it is changed as bytes.
    const flip = fc.record({
      at: fc.nat(Buffer.from(signed, 'base64url').length - 1),
      bits: fc.integer({ min: 1, max: 255 }),
    })
    const tampered = fc.oneof(
      change.map(({ at, by }) => `${`${head}.${body}`.slice(0, at)}${by}${`${head}.${body}`.slice(at + 1)}.${signed}`),
      flip.map(({ at, bits }) => {
        const bytes = Buffer.from(signed, 'base64url')
        bytes[at] = (bytes[at] ?? 0) ^ bits
        return `${head}.${body}.${bytes.toString('base64url')}`
      }),
    )
    await fc.assert(
      fc.asyncProperty(tampered, async (text) => {
        fc.pre(text !== good)
        return refused(`Bearer ${text}`)
      }),
      { numRuns: 500 },
    )
  })

  test('the good token itself gives a viewer', async () => {
    await viewer({ headers: { authorization: `Bearer ${good}` } })
  })
})

test('T1 signed claims of any shape give the tenant that they name, or 401', async () => {
  const viewer = jwtViewer({ issuer, audience, keys: { secret }, roles: { clerk: ['invoices.read'] } })
  const word = fc.oneof(fc.string(), fc.constantFrom('clerk', '__proto__', 'constructor'))
  const anything = fc.oneof(word, fc.array(word), fc.dictionary(word, fc.array(word)), fc.jsonValue())
  /** Often what it should be, so that some claims make a viewer. */
  const often = (right: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: anything })
  const words = fc.array(word)
  const shapes = fc.record(
    {
      tenant: often(word),
      sub: often(word),
      permissions: often(words),
      roles: often(words),
      attributes: often(fc.dictionary(word, words)),
    },
    { requiredKeys: ['tenant', 'sub'] },
  )
  const isWord = (value: unknown) => typeof value === 'string'
  let viewers = 0
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const text = await token(shape)
      try {
        const found = await viewer({ headers: { authorization: `Bearer ${text}` } })
        viewers += 1
        return (
          found.tenant === shape.tenant &&
          found.subject === shape.sub &&
          found.tenant !== '' &&
          [...found.permissions].every(isWord) &&
          Object.values(found.attributes).every((list) => Array.isArray(list) && list.every(isWord))
        )
      } catch (error) {
        return error instanceof MillraceError && error.code === 'UNAUTHENTICATED'
      }
    }),
    { numRuns: 1_000 },
  )
  expect(viewers).toBeGreaterThan(10)
})

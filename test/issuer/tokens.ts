import { type JWTPayload, SignJWT } from 'jose'

export const issuer = 'https://identity.example'
export const audience = 'back-office'

/** 32 bytes, the least that HS256 takes. */
export const secret = 'a-secret-of-thirty-two-bytes-000'

export type SigningKey = Parameters<SignJWT['sign']>[0]

export interface Signing {
  readonly key?: SigningKey
  readonly alg?: string
  readonly kid?: string
}

/** The claims of a token that is good for an hour from now. */
export const goodClaims = (): JWTPayload => ({
  iss: issuer,
  aud: audience,
  sub: 'ada',
  tenant: 'acme',
  permissions: ['bookings.read'],
  exp: Math.floor(Date.now() / 1000) + 3600,
})

/** A signed token of the good claims with these changed; undefined takes a claim away. */
export function token(changes: Readonly<Record<string, unknown>> = {}, signing: Signing = {}): Promise<string> {
  const { key = new TextEncoder().encode(secret), alg = 'HS256', kid } = signing
  const claims = JSON.parse(JSON.stringify({ ...goodClaims(), ...changes })) as JWTPayload
  return new SignJWT(claims).setProtectedHeader(kid === undefined ? { alg } : { alg, kid }).sign(key)
}

/** A token of any header and claims, with any signature. */
export function rawToken(header: unknown, claims: unknown, signature = ''): string {
  return `${encoded(JSON.stringify(header))}.${encoded(JSON.stringify(claims))}.${signature}`
}

export const encoded = (text: string): string => Buffer.from(text).toString('base64url')

export const bearer = (text: string) => ({ headers: { authorization: `Bearer ${text}` } })

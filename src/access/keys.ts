import { createPublicKey, type KeyObject, subtle } from 'node:crypto'
import { createLocalJWKSet, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose'
import { MillraceError } from '../errors.ts'
import { type RemoteKeysOptions, remoteKeys } from './remote-keys.ts'

/** What tokens are verified with. */
export type Keys =
  /** Shared with the issuer: HS256. At least 32 bytes; a string is taken as UTF-8. */
  | { readonly secret: string | Uint8Array }
  /** As PEM or as a JWK. */
  | { readonly publicKey: string | JWK }
  /** Fetched from the issuer: https, or http from this machine. A withdrawn key is accepted no longer than `maxAgeSeconds` and the life of a kept token. */
  | ({ readonly jwks: URL } & RemoteKeysOptions)
  | { readonly jwks: JSONWebKeySet }

/**
 * A key, and the algorithms it may be used with. These follow from the kind of key and never from the token: else a
 * token "signed" by HS256 with the text of an RSA public key would verify.
 */
export interface VerificationKeys {
  readonly algorithms: string[]
  readonly resolve: JWTVerifyGetKey
}

/** RFC 7518, section 3.2: a key for HS256 is at least as long as its digest. */
const leastSecretBytes = 32
/** RFC 7518, section 3.3. */
const leastRsaBits = 2048

const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const byCurve: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
}
const edwards = ['EdDSA', 'Ed25519']
const asymmetric = [...rsa, ...Object.values(byCurve).flat(), ...edwards]

/** Throws CONFIG_INVALID, naming the field and never a key. */
export function verificationKeys(
  keys: Keys,
  algorithms: readonly string[] | undefined,
  onRotation: () => void,
): VerificationKeys {
  const kinds = ['secret', 'publicKey', 'jwks'].filter((kind) => Object.hasOwn(keys, kind))
  if (kinds.length !== 1) throw invalid('keys', 'must hold exactly one of secret, publicKey and jwks')
  if ('secret' in keys) return { algorithms: choose(algorithms, ['HS256'], ['HS256']), resolve: secretKey(keys.secret) }
  if ('publicKey' in keys) {
    const key = publicKey(keys.publicKey, 'keys.publicKey')
    const fitting = algorithmsOf(key)
    const byDefault = key.asymmetricKeyType === 'rsa' ? ['RS256'] : fitting
    return { algorithms: choose(algorithms, fitting, byDefault), resolve: () => key }
  }
  const chosen = choose(algorithms, asymmetric, ['RS256', 'ES256'])
  if (!(keys.jwks instanceof URL)) return { algorithms: chosen, resolve: localKeys(keys.jwks) }
  const { jwks, ...options } = keys as { readonly jwks: URL } & RemoteKeysOptions
  return { algorithms: chosen, resolve: remoteKeys(trusted(jwks), options, onRotation) }
}

function choose(given: readonly string[] | undefined, fitting: readonly string[], byDefault: readonly string[]) {
  if (given === undefined) return [...byDefault]
  if (given.length === 0 || given.some((algorithm) => !fitting.includes(algorithm)))
    throw invalid('algorithms', `must be of ${fitting.join(', ')} for this key`)
  return [...given]
}

/** Imported once: importing costs more than verifying. */
function secretKey(secret: unknown): JWTVerifyGetKey {
  const isText = typeof secret === 'string'
  if (!isText && !(secret instanceof Uint8Array)) throw invalid('keys.secret', 'must be a string or bytes')
  const bytes = isText ? new TextEncoder().encode(secret) : secret
  if (bytes.length < leastSecretBytes) throw invalid('keys.secret', `must be at least ${leastSecretBytes} bytes long`)
  const key = subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  return () => key
}

function publicKey(key: string | JWK, field: string): KeyObject {
  const isPem = typeof key === 'string'
  // A public key can be derived from a private one, so that a signing key in the wrong place would go unnoticed.
  if (isPem ? key.includes('PRIVATE KEY') : Object.hasOwn(key, 'd'))
    throw invalid(field, 'is a private key; give the public one')
  const read = parsed(key, field)
  if (algorithmsOf(read).length === 0) throw invalid(field, 'must be an RSA, EC (P-256, P-384, P-521) or Ed25519 key')
  const bits = read.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < leastRsaBits) throw invalid(field, `must have at least ${leastRsaBits} bits`)
  return read
}

function parsed(key: string | JWK, field: string): KeyObject {
  try {
    return createPublicKey(typeof key === 'string' ? key : { key: { ...key }, format: 'jwk' })
  } catch {
    throw invalid(field, 'must be a public key, as PEM or as a JWK')
  }
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  if (asymmetricKeyType === 'rsa') return rsa
  if (asymmetricKeyType === 'ed25519') return edwards
  if (asymmetricKeyType === 'ec') return byCurve[asymmetricKeyDetails?.namedCurve ?? ''] ?? []
  return []
}

function localKeys(set: JSONWebKeySet): JWTVerifyGetKey {
  if (!Array.isArray(set?.keys) || set.keys.length === 0) throw invalid('keys.jwks', 'must be a URL or a JWK set')
  for (const [index, key] of set.keys.entries()) publicKey(key, `keys.jwks.keys[${index}]`)
  return createLocalJWKSet(set)
}

/** Whoever answers this address decides who everybody is. */
function trusted(url: URL): URL {
  if (url.username !== '' || url.password !== '') throw invalid('keys.jwks', 'must hold no user name and no password')
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))
    throw invalid('keys.jwks', 'must begin with https:// (http:// only for this machine)')
  return url
}

const invalid = (field: string, reason: string): MillraceError =>
  new MillraceError('CONFIG_INVALID', `viewer.${field}: ${reason}`)

import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type ExportedJWKSCache,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  jwksCache,
} from 'jose'
import { MillraceError } from '../errors.ts'

export interface RemoteKeysOptions {
  /** Seconds after which the set is fetched again, so that a withdrawn key stops being accepted. 600. */
  readonly maxAgeSeconds?: number
  /** Least seconds between a fetch and another for a key that is not in the set: anybody can name an unknown key. 30. */
  readonly cooldownSeconds?: number
  /** Seconds without another attempt after a fetch that failed. 5. */
  readonly retrySeconds?: number
  /** Seconds that a fetch may take. 5. */
  readonly timeoutSeconds?: number
}

/**
 * The issuer's public keys, fetched when first needed. Rejects with KEYS_UNAVAILABLE while they cannot be fetched.
 * `onRotation` is called when a fetched set differs from the one before.
 */
export function remoteKeys(url: URL, options: RemoteKeysOptions, onRotation: () => void) {
  const { maxAgeSeconds = 600, cooldownSeconds = 30, retrySeconds = 5, timeoutSeconds = 5 } = options
  let retryAt = Number.NEGATIVE_INFINITY
  /** jose writes the set here at the moment that it comes into force. */
  const inForce: Partial<ExportedJWKSCache> = {}
  let before: ExportedJWKSCache['jwks'] | undefined

  async function fetchOnce(address: string, request: RequestInit): Promise<Response> {
    const wait = (retryAt - performance.now()) / 1000
    if (wait > 0) throw unavailable('could not be fetched a moment ago', wait)
    try {
      return await fetchKeySet(address, request)
    } catch (cause) {
      retryAt = performance.now() + retrySeconds * 1000
      throw unavailable('could not be fetched', retrySeconds, cause)
    }
  }

  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: maxAgeSeconds * 1000,
    cooldownDuration: cooldownSeconds * 1000,
    timeoutDuration: Math.round(timeoutSeconds * 1000),
    [customFetch]: fetchOnce,
    [jwksCache]: inForce as ExportedJWKSCache,
  })

  /**
   * Asked once the new set is in force and not when it is fetched, so that no token verified by the old set can be kept
   * after what was kept has been forgotten.
   */
  function noticeRotation(): void {
    const now = inForce.jwks
    if (now === before) return
    if (before !== undefined && JSON.stringify(now) !== JSON.stringify(before)) onRotation()
    before = now
  }

  return async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    try {
      return await keys(header, token)
    } finally {
      noticeRotation()
    }
  }
}

/** The answer, if it is a JWK set; otherwise an error that says what it is instead. */
async function fetchKeySet(address: string, request: RequestInit): Promise<Response> {
  const response = await fetch(address, request)
  if (response.status !== 200) throw new Error(`the status is ${response.status} instead of 200`)
  const body = await response.text()
  try {
    createLocalJWKSet(JSON.parse(body))
  } catch {
    throw new Error('the answer is not a JWK set')
  }
  return new Response(body)
}

const unavailable = (what: string, retryAfter: number, cause?: unknown): MillraceError =>
  new MillraceError('KEYS_UNAVAILABLE', `the issuer's keys ${what}`, {
    cause,
    retryAfter: Math.max(1, Math.ceil(retryAfter)),
  })

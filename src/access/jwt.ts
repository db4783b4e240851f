import { type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { MillraceError } from '../errors.ts'
import { bearerToken } from './bearer.ts'
import { viewerOfClaims } from './claims.ts'
import { checkJwtOptions, type JwtViewerOptions } from './jwt-options.ts'
import { verificationKeys } from './keys.ts'
import { createTokenCache, type Verified } from './token-cache.ts'
import { tokenRefusal } from './token-refusal.ts'
import type { Viewer, ViewerOf } from './viewer.ts'

/**
 * The viewer from a signed token (RFC 7519) in `Authorization: Bearer`. It must be signed by one of the keys with one of
 * their algorithms, name the issuer and the audience, and expire.
 *
 * Throws CONFIG_INVALID at once where the options are wrong. The function it returns rejects with UNAUTHENTICATED, whose
 * detail says what is wrong and holds nothing of the token, or with KEYS_UNAVAILABLE.
 */
export function jwtViewer(options: JwtViewerOptions): ViewerOf {
  checkJwtOptions(options)
  const { issuer, audience, claims = {}, roles = {}, clockToleranceSeconds = 0, clock = Date.now } = options
  const tokens = createTokenCache<Viewer>({ ...options.cache, clock })
  const { algorithms, resolve } = verificationKeys(options.keys, options.algorithms, tokens.clear)
  const demands: JWTVerifyOptions = {
    algorithms,
    issuer: [issuer].flat(),
    audience: [audience].flat(),
    requiredClaims: ['exp'],
    clockTolerance: clockToleranceSeconds,
  }

  async function verify(token: string): Promise<Verified<Viewer>> {
    const payload = await verifiedPayload(token)
    const expiresAt = (expiry(payload) + clockToleranceSeconds) * 1000
    return { value: viewerOfClaims(payload, claims, roles), expiresAt }
  }

  async function verifiedPayload(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, resolve, { ...demands, currentDate: new Date(clock()) })
      return payload
    } catch (error) {
      throw tokenRefusal(error)
    }
  }

  return async (request) => tokens.through(bearerToken(request), verify)
}

/** JSON can say `1e999`, which is read as infinity: a token that never expires. */
function expiry({ exp }: JWTPayload): number {
  if (typeof exp === 'number' && Number.isFinite(exp)) return exp
  throw new MillraceError('UNAUTHENTICATED', 'malformed "exp" claim')
}

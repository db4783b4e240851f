import { errors as jose } from 'jose'
import { MillraceError } from '../errors.ts'

const reasons: Readonly<Record<string, string>> = {
  [jose.JWTExpired.code]: 'token expired',
  [jose.JOSEAlgNotAllowed.code]: 'algorithm not allowed',
  [jose.JWSSignatureVerificationFailed.code]: 'wrong signature',
  [jose.JWKSNoMatchingKey.code]: 'signed with an unknown key',
  [jose.JWKSMultipleMatchingKeys.code]: 'several keys fit: the token must name its key (kid)',
}

const claimReasons: Readonly<Record<string, string>> = {
  iss: 'wrong issuer',
  aud: 'wrong audience',
  nbf: 'token not valid yet',
}

/**
 * What a client is told of a token that does not verify. It holds nothing of the token, and has no cause: jose's errors
 * carry the claims, and a parser's message carries a piece of the text.
 */
export function tokenRefusal(error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  return new MillraceError('UNAUTHENTICATED', reasonOf(error))
}

function reasonOf(error: unknown): string {
  if (error instanceof jose.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `token has no "${error.claim}" claim`
    if (error.reason === 'invalid') return `malformed "${error.claim}" claim`
    return claimReasons[error.claim] ?? `wrong "${error.claim}" claim`
  }
  if (error instanceof jose.JOSEError) return reasons[error.code] ?? 'malformed token'
  // Configured keys were checked when they were read, so this is a key of the issuer's own set, too weak or of no known kind.
  return 'signed with a key that cannot be used'
}

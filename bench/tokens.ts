import type { KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'

export const issuer = 'https://issuer.example'
export const audience = 'reports'

/** Signs a token for a tenant's user that lasts an hour. */
export async function signToken(key: KeyObject | Uint8Array, algorithm: string, tenant: string, subject = 'user') {
  return await new SignJWT({ tenant, permissions: ['bookings.read', 'findings.read'] })
    .setProtectedHeader({ alg: algorithm })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key)
}

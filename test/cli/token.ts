import { Buffer } from 'node:buffer'
import { SignJWT } from 'jose'

/** A token that the configuration of the tests accepts. `key`: 32 bytes, as hex digits. */
export function tokenFor(key: string, tenant: string): Promise<string> {
  const permissions = ['bookings.read', 'vulnerabilities.read']
  return new SignJWT({ tenant, permissions, attributes: { groups: ['group 0', 'group 1', 'group 2'] } })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('tester')
    .setIssuer('test')
    .setAudience('reports')
    .setExpirationTime('1h')
    .sign(Buffer.from(key, 'hex'))
}

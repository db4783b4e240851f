import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { jwtViewer, type ViewerOf } from 'millrace'
import { type DemoRole, grants, groupsOf, rolesOf } from './people.ts'
import type { DemoTenant } from './tenants.ts'

/** Who is signed in to the back office. */
export interface Session {
  readonly tenant: DemoTenant
  readonly role: DemoRole
}

const [issuer, audience] = ['back-office', 'reports']
const tokenSeconds = 300

/** The host application's own sign-in, and the tokens that it gives to its page for reading reports. */
export interface SignIn {
  /** The id of a new session; undefined where there is no such customer or role. No password: this is a demo. */
  open(tenant: unknown, role: unknown): string | undefined
  session(id: string | undefined): Session | undefined
  close(id: string | undefined): void
  /** A token of five minutes, for the viewer that Millrace sees. */
  token(session: Session): Promise<string>
  /** How Millrace finds the viewer: from the token, and the permissions from the role that it names. */
  readonly viewer: ViewerOf
}

export function createSignIn(tenants: readonly DemoTenant[]): SignIn {
  const secret = randomBytes(32)
  const sessions = new Map<string, Session>()
  return {
    open(tenantId, roleId) {
      const tenant = tenants.find(({ id }) => id === tenantId)
      const role = tenant === undefined ? undefined : rolesOf(tenant).find(({ id }) => id === roleId)
      if (tenant === undefined || role === undefined) return undefined
      const id = randomBytes(24).toString('base64url')
      sessions.set(id, { tenant, role })
      return id
    },
    session: (id) => (id === undefined ? undefined : sessions.get(id)),
    close(id) {
      if (id !== undefined) sessions.delete(id)
    },
    token: ({ tenant, role }) =>
      new SignJWT({ tenant: tenant.id, roles: [role.id], attributes: { groups: groupsOf(tenant, role) } })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(`${role.id}@${tenant.id}`)
        .setIssuedAt()
        .setExpirationTime(`${tokenSeconds}s`)
        .sign(secret),
    viewer: jwtViewer({ issuer, audience, keys: { secret }, roles: grants }),
  }
}

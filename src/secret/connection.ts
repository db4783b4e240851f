import { isIP } from 'node:net'
import { z } from 'zod'
import { certificateAuthority } from './certificate-authority.ts'
import { type Credentials, password, plainText, referencedCredentials } from './credentials.ts'
import { isRecord, type ResolveReference } from './reference.ts'
import type { Secret } from './secret.ts'

/**
 * `verify-full`: encrypted, and the certificate is checked and must name the host. `require`: encrypted, the certificate is
 * not checked. `disable`: not encrypted. The words are those of libpq's `sslmode`.
 */
export type SslMode = 'verify-full' | 'require' | 'disable'

/** How to reach one PostgreSQL server. */
export interface ConnectionSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: Secret
  readonly database: string
  readonly ssl: SslMode
  /** Certificates (PEM) that are trusted in place of those of Node.js. Only with `verify-full`. */
  readonly ca?: string
}

const portRange = 'must be between 1 and 65535'

const port = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value),
  z.int().min(1, portRange).max(65_535, portRange),
)

/** The booleans are those of the secrets that AWS's rotation functions read. */
const ssl = z.preprocess(
  (value) => (value === true ? 'verify-full' : value === false ? 'disable' : value),
  z.enum(['verify-full', 'require', 'disable']),
)

/** A member that must not be there, because of another that is. */
const excluded = (reason: string) => z.undefined({ error: reason }).optional()

/** Members that AWS writes into the secret of a database. Only `engine` is read: no other database is spoken to. */
const writtenByAws = {
  engine: z.enum(['postgres', 'aurora-postgresql']).optional(),
  dbInstanceIdentifier: z.unknown().optional(),
  dbClusterIdentifier: z.unknown().optional(),
  masterarn: z.unknown().optional(),
}

/**
 * The members of a connection, for `z.strictObject`. They depend on what is there: with `credentials`, user and password
 * come from the secret that it names; without `verify-full`, a `ca` would promise a check that is not made.
 */
export function connectionMembers(raw: unknown, resolve: ResolveReference) {
  const members = isRecord(raw) ? raw : {}
  const referenced = Object.hasOwn(members, 'credentials')
  const besideCredentials = excluded('must not stand beside credentials, which give it')
  const mode = ssl.safeParse(members.ssl).data ?? defaultSsl(members.host)
  return {
    host: z.string().refine(isHost, 'must be a host name or an IP address, without scheme and port'),
    port: port.default(5432),
    database: plainText,
    user: referenced ? besideCredentials : plainText,
    password: referenced ? besideCredentials : password,
    credentials: referenced ? referencedCredentials(resolve) : z.undefined().optional(),
    ssl: ssl.default(mode),
    ca:
      mode === 'verify-full' ? certificateAuthority(resolve).optional() : excluded('is only read with ssl verify-full'),
    ...writtenByAws,
  }
}

interface ConnectionMembers {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user?: string | undefined
  readonly password?: Secret | undefined
  readonly credentials?: Credentials | undefined
  readonly ssl: SslMode
  readonly ca?: string | undefined
}

/** The connection that parsed members give: exactly one of the two ways to name user and password is there. */
export function toConnection(members: ConnectionMembers): ConnectionSettings {
  const { host, port, database, ssl, ca } = members
  const { user, password } = members.credentials ?? (members as Credentials)
  return Object.freeze({ host, port, user, password, database, ssl, ...(ca !== undefined && { ca }) })
}

function isHost(host: string): boolean {
  return isIP(host) !== 0 || /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?$/.test(host)
}

/** What never leaves the machine needs no encryption; everything else is encrypted and verified unless told otherwise. */
function defaultSsl(host: unknown): SslMode {
  const loopback =
    typeof host === 'string' && (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host))
  return loopback ? 'disable' : 'verify-full'
}

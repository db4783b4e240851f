import { randomBytes } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { SignJWT } from 'jose'
import type pg from 'pg'
import type { Temporal } from 'temporal-polyfill'
import type { AuditLine } from '../../src/access/audit.ts'
import { jwtViewer } from '../../src/access/jwt.ts'
import type { Config } from '../../src/config.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import type { Comparison } from '../../src/engines/shadow.ts'
import { millraceReports } from '../../src/http/fastify-plugin.ts'
import type { Catalog } from '../../src/report/catalog.ts'
import { type Millrace, startMillrace } from '../../src/start.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import { reportsOver } from './reports-over.ts'

/** The role that reports read with: it may select, and nothing else. */
export const analyticsRole = { user: 'analytics', password: randomBytes(18).toString('hex') }

/** Makes the analytics role; run again after tables were made, it may read them. */
export async function grantSelect(admin: pg.Client, schemas: readonly string[]): Promise<void> {
  const { user, password } = analyticsRole
  const found = await admin.query('select from pg_roles where rolname = $1', [user])
  if (found.rowCount === 0) await admin.query(`create role ${user} login password '${password}'`)
  for (const schema of schemas) {
    await admin.query(
      `grant usage on schema "${schema}" to ${user}; grant select on all tables in schema "${schema}" to ${user}`,
    )
  }
}

export interface DeploymentOptions {
  readonly catalog: Catalog
  readonly tenants: Config['tenants']
  /** What the secret declares; a standby with its primary, unless told. */
  readonly secret: object
  readonly limits?: Config['limits']
  readonly now?: () => Temporal.Instant
  /** One in this process, which no secret can name: it answers whatever can be folded. */
  readonly store?: ReportStore
}

export interface Deployment extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly millrace: Millrace
  readonly audit: AuditLine[]
  readonly warnings: string[]
  readonly compared: Comparison[]
  /** A token of a viewer. */
  token(viewer: { tenant: string; permissions?: readonly string[]; attributes?: object }): Promise<string>
  /** GET as that viewer; the body is parsed. */
  get(path: string, token: string): Promise<{ status: number; body: any; headers: Record<string, unknown> }>
  close(): Promise<void>
}

/** A secret for a target, and for its primary, with the analytics role's credentials. */
export function secretFor(
  target: 'standby' | 'database' | 'primary',
  replica: Connection,
  primary?: Connection,
): object {
  const connection = ({ host, port, database }: Connection) => ({ host, port, database, ...analyticsRole })
  return {
    replica: { target, ...connection(replica) },
    ...(primary === undefined ? {} : { primary: connection(primary) }),
  }
}

/** The whole of a deployment as a host would have it: secret, replica, allowlist, tokens, HTTP. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { catalog, tenants, secret, limits, now, store } = options
  const [key, audit, warnings] = [randomBytes(32), [] as AuditLine[], [] as string[]]
  const compared: Comparison[] = []
  const variable = `MILLRACE_TEST_${randomBytes(6).toString('hex')}`
  process.env[variable] = JSON.stringify(secret)
  const viewer = jwtViewer({ issuer: 'test', audience: 'reports', keys: { secret: key } })
  const millrace = await startMillrace(
    { reports: catalog, analytics: `env:${variable}`, tenants, viewer, ...(limits === undefined ? {} : { limits }) },
    {
      audit: (line) => audit.push(line),
      warn: (line) => warnings.push(line),
      compared: (comparison) => compared.push(comparison),
      ...(now === undefined ? {} : { now }),
    },
  ).finally(() => {
    delete process.env[variable]
  })
  const app = Fastify()
  const reports = store === undefined ? millrace.reports : reportsOver(millrace, store, (line) => audit.push(line))
  await app.register(millraceReports, { reports, viewer: millrace.viewer })
  const close = async () => {
    await app.close()
    await millrace.close()
  }
  return {
    app,
    millrace,
    audit,
    warnings,
    compared,
    token: ({ tenant, permissions = ['bookings.read', 'vulnerabilities.read'], attributes }) =>
      new SignJWT({ tenant, permissions, ...(attributes === undefined ? {} : { attributes }) })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('tester')
        .setIssuer('test')
        .setAudience('reports')
        .setExpirationTime('1h')
        .sign(key),
    async get(path, token) {
      const answer = await app.inject({ url: path, headers: { authorization: `Bearer ${token}` } })
      return {
        status: answer.statusCode,
        body: answer.body === '' ? undefined : answer.json(),
        headers: answer.headers,
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type MillraceReportsOptions, millraceReports } from 'millrace/fastify'
import { addEmbeddedPages } from './embedded-pages.ts'
import { addEngineRoutes, type EngineRoutesOptions } from './engine-routes.ts'
import type { PageFile } from './page-files.ts'
import { rolesOf } from './people.ts'
import type { Session, SignIn } from './sign-in.ts'
import type { DemoTenant } from './tenants.ts'
import { addThreeWays, type ThreeWaysOptions } from './three-ways.ts'

export interface HostOptions {
  readonly tenants: readonly DemoTenant[]
  readonly signIn: SignIn
  /** As the secret says: answered by the reporting store. */
  readonly reports: MillraceReportsOptions['reports']
  /** The same catalog, by a secret that names the replica alone. */
  readonly replicaOnly: MillraceReportsOptions['reports']
  readonly engines: Omit<EngineRoutesOptions & ThreeWaysOptions, 'sessionOf' | 'viewerOf'>
  readonly files: ReadonlyMap<string, PageFile>
}

const cookieName = 'back-office-session'

/** Nothing but the page's own files: no inline script or style, no other host, no HTML made of text. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

/**
 * The back office: an application of its own, with its own sign-in, that has Millrace mounted under `/analytics`. A product would have
 * it once; the page's switch needs what answered before the move as well, under `/replica`.
 */
export async function createHost(options: HostOptions): Promise<FastifyInstance> {
  const { tenants, signIn, reports, replicaOnly, engines, files } = options
  const app = Fastify({ logger: { level: 'error' } })
  await app.register(millraceReports, { prefix: '/analytics', reports, viewer: signIn.viewer })
  await app.register(millraceReports, { prefix: '/replica', reports: replicaOnly, viewer: signIn.viewer })
  const engineRoutes = {
    ...engines,
    sessionOf: ({ headers }: FastifyRequest) => signIn.session(cookieOf(headers.cookie)),
    viewerOf: async (session: Session) =>
      signIn.viewer({ headers: { authorization: `Bearer ${await signIn.token(session)}` } }),
  }
  addEngineRoutes(app, engineRoutes)
  addThreeWays(app, engineRoutes)

  for (const [path, file] of files) app.get(path, (_request, reply) => sendFile(reply, file))
  addEmbeddedPages(app, sendFile)

  app.get('/customers', () => tenants.filter(({ listed }) => listed !== false).map(customerOf))
  app.get('/session', (request) => sessionOf(signIn.session(cookieOf(request.headers.cookie))))
  app.post('/session', (request, reply) => {
    const { tenant, role } = (request.body ?? {}) as { tenant?: unknown; role?: unknown }
    const id = signIn.open(tenant, role)
    if (id === undefined) return reply.code(400).send({ message: 'There is no such customer or role.' })
    signIn.close(cookieOf(request.headers.cookie))
    return reply
      .header('set-cookie', `${cookieName}=${id}; HttpOnly; SameSite=Strict; Path=/`)
      .send(sessionOf(signIn.session(id)))
  })
  app.delete('/session', (request, reply) => {
    signIn.close(cookieOf(request.headers.cookie))
    return reply.header('set-cookie', `${cookieName}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`).code(204).send()
  })
  app.post('/session/token', async (request, reply) => {
    const session = signIn.session(cookieOf(request.headers.cookie))
    if (session === undefined) return reply.code(401).send({ message: 'Nobody is signed in.' })
    return reply.header('cache-control', 'no-store').send({ token: await signIn.token(session) })
  })
  return app
}

const sendFile = (reply: FastifyReply, { type, body }: PageFile) =>
  reply
    .headers({
      'content-security-policy': pagePolicy,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .type(type)
    .send(body)

function customerOf(tenant: DemoTenant) {
  const { id, name, place, mobility, security } = tenant
  return {
    id,
    name,
    place,
    products: [...(mobility === undefined ? [] : ['Mobility']), ...(security === undefined ? [] : ['Security'])],
    roles: rolesOf(tenant).map(({ id, name, sees }) => ({ id, name, sees })),
  }
}

const sessionOf = (session: Session | undefined) =>
  session === undefined
    ? { signedIn: false }
    : {
        signedIn: true,
        tenant: {
          id: session.tenant.id,
          name: session.tenant.name,
          place: session.tenant.place,
          timeZone: session.tenant.timeZone,
        },
        role: { id: session.role.id, name: session.role.name },
      }

function cookieOf(header: string | undefined): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([name]) => name === cookieName)?.[1]
}

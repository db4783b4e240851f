import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { bundleElements } from '../../examples/back-office/page-files.ts'
import { viewerOf } from '../../src/access/viewer.ts'
import { MillraceError } from '../../src/errors.ts'
import { millraceReports } from '../../src/http/fastify-plugin.ts'
import { createReports } from '../../src/http/read.ts'
import type { ReportChanges } from '../../src/http/report-events.ts'
import type { EngineAnswer, ReportEngine } from '../../src/report/engine.ts'
import type { Position } from '../../src/report/position.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { memoryEngine } from '../http/memory-engine.ts'
import { people, sampleTenants } from '../http/sample.ts'
import { sampleCatalog } from '../http/sample-catalog.ts'

type Answer = Omit<EngineAnswer, 'milliseconds'>

/** Its own files only: no style in the markup, no script in it, no text that becomes code. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'"

const positionAt = (number: number): Position => number.toString(16).padStart(16, '0')

/** The sample's reports behind the plugin, a page with the elements' module and nothing else, and hands on what is answered. */
export interface ElementsPage {
  readonly url: string
  /** How often each path was asked for, without its query. */
  readonly asked: Map<string, number>
  /** The bodies of the requests for rows. */
  readonly bodies: string[]
  /** Runs before each report is read, and may wait or throw. */
  before: (request: { readonly tenant: string; readonly report: string }) => Promise<void> | void
  /** What an answer is made of before it is sent. */
  change: (answer: Answer, tenant: string) => Answer
  /** Commits a change of reports: the page is told, and reads them. */
  commit(tenant: string, reports: readonly string[]): void
  /** Tells how far the counters of a report have come. */
  build(tenant: string, report: string, progress: number | null | 'ready'): void
  listeners(): number
  reset(): void
  close(): Promise<void>
}

export async function startElementsPage(): Promise<ElementsPage> {
  const engine = memoryEngine(sampleTenants)
  const tenants = createAllowlist(Object.keys(sampleTenants).map((id) => ({ id })))
  await tenants.start()
  const telling = new Set<{ tenant: string; tell: Parameters<ReportChanges['listen']>[2] }>()
  let number = 1
  const now = () => ({
    position: positionAt(number),
    asOf: '2026-11-21T09:00:00Z' as const,
    lagSeconds: 0.1,
    building: [],
    ready: [],
    anew: false,
  })
  const changes: ReportChanges = {
    async listen(tenant, _since, tell) {
      const listener = { tenant, tell }
      telling.add(listener)
      tell({ ...now(), reports: [] })
      return { close: () => void telling.delete(listener) }
    },
  }
  const store: ReportEngine = {
    ...engine,
    name: 'store',
    engineOf: () => 'store',
    async read(request) {
      await served.before({ tenant: request.tenant, report: request.report.name })
      const { position, asOf, lagSeconds } = now()
      const answer = await engine.read(request)
      return { ...answer, ...served.change({ ...answer, engine: 'store', position, asOf, lagSeconds }, request.tenant) }
    },
  }
  const reports = createReports({ catalog: sampleCatalog, engine: store, tenants, audit: () => {}, changes })
  const viewer = viewerOf(({ headers: { authorization, cookie } }) => {
    const token = /(?:^Bearer |who=)([\w-]+)$/.exec(String(authorization ?? cookie ?? ''))?.[1] ?? ''
    if (!Object.hasOwn(people, token)) throw new MillraceError('UNAUTHENTICATED', 'no such token')
    return people[token]
  })
  const host = fastify()
  const page = {
    type: 'text/html; charset=utf-8',
    body: '<!doctype html><html lang="en"><head><title>Reports</title><link rel="icon" href="data:,"><script type="module" src="/elements.js"></script></head><body><main><h1>Reports</h1><h2>All</h2></main></body></html>',
  }
  const elements = await bundleElements()
  host.get('/', (_, reply) =>
    reply.header('content-security-policy', contentSecurityPolicy).type(page.type).send(page.body),
  )
  host.get('/elements.js', (_, reply) => reply.type('text/javascript').send(elements))
  host.addHook('preHandler', async ({ url, body }) => {
    const [path = ''] = url.split('?')
    served.asked.set(path, (served.asked.get(path) ?? 0) + 1)
    if (path.endsWith('/rows')) served.bodies.push(JSON.stringify(body))
  })
  host.register(millraceReports, { prefix: '/analytics', reports, viewer })
  await host.listen({ port: 0, host: '127.0.0.1' })
  const asIs = {
    before: () => {},
    change: (answer: Answer) => answer,
  }
  const served: ElementsPage = {
    url: `http://127.0.0.1:${(host.server.address() as AddressInfo).port}/`,
    asked: new Map(),
    bodies: [],
    ...asIs,
    commit(tenant, changed) {
      number++
      for (const listener of telling) if (listener.tenant === tenant) listener.tell({ ...now(), reports: changed })
    },
    build(tenant, report, progress) {
      const news = progress === 'ready' ? { ready: [report] } : { building: [{ report, progress }] }
      for (const listener of telling) if (listener.tenant === tenant) listener.tell({ ...now(), reports: [], ...news })
    },
    listeners: () => reports.listeners(),
    reset() {
      Object.assign(served, asIs)
      served.asked.clear()
      served.bodies.length = 0
    },
    async close() {
      const closing = host.close()
      host.server.closeAllConnections()
      await closing
    },
  }
  return served
}

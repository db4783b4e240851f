import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import type { Viewer } from '../../src/access/viewer.ts'
import { viewerOf } from '../../src/access/viewer.ts'
import { ChangeFeed } from '../../src/engines/change-feed.ts'
import { type Routes, routeOf } from '../../src/engines/routed-engine.ts'
import { MillraceError } from '../../src/errors.ts'
import { storeFreshness } from '../../src/fold/store-freshness.ts'
import { millraceReports } from '../../src/http/fastify-plugin.ts'
import { createReports } from '../../src/http/read.ts'
import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Position } from '../../src/store/report-store.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { memoryEngine } from './memory-engine.ts'
import { people, sampleTenants } from './sample.ts'
import { sampleCatalog } from './sample-catalog.ts'

const stream = 'main'
const positionAt = (number: number): Position => number.toString(16).padStart(16, '0')
const committedAt = 1_790_000_000_000_000n

/** A store of builds whose counters say nothing, and are added to when a test says so. */
class ScriptedStore {
  readonly memory = new MemoryStore()
  questions = 0
  failures = 0
  mostTenantsAsked = 0
  position: Position = positionAt(0)
  #fails = false
  #number = 256

  fail(fails: boolean): void {
    this.#fails = fails
  }

  async changed(name: string, tenants: readonly string[], since: Position) {
    this.questions++
    this.mostTenantsAsked = Math.max(this.mostTenantsAsked, tenants.length)
    if (this.#fails) {
      this.failures++
      throw new MillraceError('STORE_UNAVAILABLE', 'it is off')
    }
    return this.memory.changed(name, tenants, since)
  }

  fillings(name: string, tenants: readonly string[]) {
    return this.memory.fillings(name, tenants)
  }

  /** One batch that adds to these reports of a tenant. Its position. */
  async commit(tenant: string, reports: readonly string[]): Promise<Position> {
    const known = await this.memory.builds(stream)
    for (const report of reports) {
      if (known.some((build) => build.tenant === tenant && build.report === report)) continue
      const wanted = { tenant, report, fingerprint: 'f', definition: '', facts: '', startsAt: this.position }
      const { epoch } = await this.memory.progress(stream)
      for (const build of await this.memory.open(stream, [wanted], epoch)) await this.memory.ready(stream, build)
    }
    const builds = (await this.memory.builds(stream)).filter(
      (build) => build.tenant === tenant && reports.includes(build.report),
    )
    const additions = builds.map((build) => ({ build, sort: 'a', by: [1n] }))
    const { epoch } = await this.memory.progress(stream)
    this.#number += 16
    const [from, to] = [this.position, positionAt(this.#number)]
    await this.memory.apply(stream, { from, to, epoch, committedAt, source: '', additions })
    this.position = to
    return to
  }

  /** Builds of reports of a tenant that are being filled, and what is told of them. */
  async fill(tenant: string, reports: readonly string[]) {
    const wanted = reports.map((report) => ({ tenant, report, fingerprint: 'g', definition: '', facts: '' }))
    const { epoch } = await this.memory.progress(stream)
    const startsAt = this.position
    const builds = await this.memory.open(
      stream,
      wanted.map((each) => ({ ...each, startsAt })),
      epoch,
    )
    const numbers = builds.map(({ number }) => number)
    const [first, last] = [Math.min(...numbers), Math.max(...numbers)]
    return {
      tell: (share: number | null, isOver = false) => this.memory.tellFilling(stream, { first, last, share, isOver }),
      ready: async () => {
        for (const build of builds) await this.memory.ready(stream, build)
      },
    }
  }

  async restart(): Promise<void> {
    const { epoch } = await this.memory.progress(stream)
    this.#number = 16
    this.position = positionAt(this.#number)
    await this.memory.restart(stream, { position: this.position, source: '', epoch })
  }

  /** Waits until nothing asks any more. How often it was asked. */
  async quiet(): Promise<number> {
    for (;;) {
      const before = this.questions
      await new Promise((resolve) => setTimeout(resolve, 30))
      if (before === this.questions) return before
    }
  }
}

export interface Stored {
  readonly url: string
  readonly host: FastifyInstance
  readonly store: ScriptedStore
  readonly people: {
    take(token: string, permission: string): void
    signOut(token: string): void
    leave(tenant: string): void
  }
  listeners(): number
  close(): Promise<void>
}

/** The sample behind the plugin on a port of its own, where a store answers the reports that `routes` names; all, unless told. */
export async function startStored(
  options: { routes?: Routes; changes?: boolean; perTenant?: number; pingMilliseconds?: number } = {},
): Promise<Stored> {
  const { routes = { reports: 'all', shadow: [] }, changes = true, perTenant = 10, pingMilliseconds } = options
  const store = new ScriptedStore()
  await store.commit('nobody', [])
  const left = new Set<string>()
  const tenants = createAllowlist(Object.keys(sampleTenants).map((id) => ({ id })))
  await tenants.start()
  const require = (id: string) => {
    if (left.has(id)) throw new MillraceError('TENANT_UNKNOWN', 'it has left')
    return tenants.require(id)
  }
  const feed = new ChangeFeed({
    store,
    freshnessOf: (progress) => storeFreshness(progress, Number(committedAt / 1000n)),
    pollMilliseconds: 5,
    restMilliseconds: 20,
  })
  const engine = memoryEngine(sampleTenants)
  const reports = createReports({
    catalog: sampleCatalog,
    engine: { ...engine, engineOf: (report) => (routeOf(report, routes) === 'store' ? 'store' : 'replica') },
    tenants: { require, list: () => tenants.list() },
    audit: () => {},
    listeners: { perTenant },
    ...(changes ? { changes: feed } : {}),
  })
  const known = new Map<string, Viewer>(Object.entries(people))
  const viewer = viewerOf(({ headers: { authorization } }) => known.get(String(authorization).slice('Bearer '.length)))
  const host = fastify()
  await host.register(millraceReports, {
    reports,
    viewer,
    ...(pingMilliseconds === undefined ? {} : { pingMilliseconds }),
  })
  await host.listen({ port: 0, host: '127.0.0.1' })
  return {
    url: `http://127.0.0.1:${(host.server.address() as AddressInfo).port}`,
    host,
    store,
    people: {
      take(token, permission) {
        const viewer = known.get(token) as Viewer
        known.set(token, {
          ...viewer,
          permissions: new Set([...viewer.permissions].filter((each) => each !== permission)),
        })
      },
      signOut: (token) => known.delete(token),
      leave: (tenant) => left.add(tenant),
    },
    listeners: () => reports.listeners(),
    async close() {
      feed.close()
      // A client may have opened a connection that it then had no use for.
      const closing = host.close()
      host.server.closeAllConnections()
      await closing
    },
  }
}

export interface ServerEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: Record<string, unknown>
}

/** A stream of server-sent events as a client reads it with fetch. */
export async function eventSource(url: string, token: string, headers: Record<string, string> = {}) {
  const gone = new AbortController()
  const response = await fetch(`${url}/reports/events`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: gone.signal,
  })
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) throw new Error(await response.text())
  const events: ServerEvent[] = []
  const waiting: ((event: ServerEvent) => void)[] = []
  let comments = 0
  const take = (block: string) => {
    const lines = block.split('\n')
    const member = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
    const [event, data] = [member('event'), member('data')]
    if (event === undefined || data === undefined) {
      comments++
      return
    }
    const found = { event, id: member('id'), data: JSON.parse(data) }
    const first = waiting.shift()
    if (first === undefined) events.push(found)
    else first(found)
  }
  const read = async () => {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) take(block)
    }
  }
  return {
    /** The next event, that came already or is to come. */
    next: () =>
      new Promise<ServerEvent>((resolve) => {
        const first = events.shift()
        if (first === undefined) waiting.push(resolve)
        else resolve(first)
      }),
    comments: () => comments,
    ended: read().catch(() => {}),
    close: () => gone.abort(),
  }
}

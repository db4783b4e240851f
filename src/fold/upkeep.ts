import { MillraceError } from '../errors.ts'
import { bySchema, definition } from '../report/source.ts'
import type { Build, Request } from '../store/report-store.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { idOf, idText } from './active-build.ts'
import { BaseInterrupted, Builder, type BuilderOptions } from './builder.ts'
import { compareBuilds } from './compare-builds.ts'
import { type Desired, type DesiredRollups, rollupOf } from './desired.ts'
import { patiently } from './patiently.ts'
import { reconcile } from './reconcile.ts'
import { type DifferentBuild, toldDifferences } from './told-differences.ts'

export interface UpkeepOptions extends BuilderOptions {
  readonly rollups: DesiredRollups
  readonly tenants: Allowlist
  readonly sweepAfterMilliseconds: number
  /** Told once everything that should be built is, or was stopped. */
  readonly onSettled: () => void
}

/** Milliseconds between two looks at requests, and between two at builds where nothing is known to have changed: others may erase some. */
const [lookMilliseconds, tidyMilliseconds] = [1_000, 10_000]
/** Milliseconds after which a base that was broken off is tried again. */
const [shortestRetry, longestRetry] = [1_000, 60_000]

/**
 * Keeps the builds those that there should be, one thing after the other while the fold goes on: sweeps, retires and restores, builds
 * what is missing, and does what operators ask for.
 */
export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #builder: Builder
  /** How many tenants of a table are built at once; fewer where it took too long. */
  readonly #groups = new Map<string, number>()
  readonly #notBefore = new Map<string, { readonly at: number; readonly wait: number }>()
  #known: readonly Build[] = []
  #missing: readonly Desired[] = []
  /** For which tenants, and when, it was looked last what is to be done; undefined where that must be looked anew. */
  #looked: { readonly tenants: readonly Tenant[]; readonly at: number } | undefined

  #wake = () => {}

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#builder = new Builder(options)
    options.signal.addEventListener('abort', () => this.#wake(), { once: true })
  }

  /** The builds as they were when it was last looked. */
  get known(): readonly Build[] {
    return this.#known
  }

  /** Builds were ended: others must take their place. */
  lookAnew(): void {
    this.#looked = undefined
    this.#wake()
  }

  /** Until the signal is aborted. Throws what ends the session: STORE_CONFLICT, SOURCE_UNAVAILABLE. */
  async run(): Promise<void> {
    const { signal, onSettled } = this.#options
    while (!signal.aborted) {
      if (!this.#isTidy()) await this.#tidy()
      const due = this.#missing.filter((each) => (this.#notBefore.get(groupOf(each))?.at ?? 0) <= performance.now())
      const [first] = due
      if (first !== undefined) {
        await this.#buildGroup(due.filter((each) => groupOf(each) === groupOf(first)))
        continue
      }
      if (this.#missing.length === 0 && this.#looked !== undefined) onSettled()
      if (await this.#serveRequest()) continue
      await this.#rest()
    }
  }

  /** Until it is time to look again, or there is reason to. */
  async #rest(): Promise<void> {
    if (this.#options.signal.aborted) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, lookMilliseconds)
    })
    clearTimeout(timer)
  }

  #isTidy(): boolean {
    if (this.#looked === undefined || performance.now() - this.#looked.at > tidyMilliseconds) return false
    const tenants = this.#tenants()
    return tenants === undefined || isSame(tenants, this.#looked.tenants)
  }

  /** Sweeps, retires, restores, and finds what is left to be built. */
  async #tidy(): Promise<void> {
    const { store, stream, session, rollups, sweepAfterMilliseconds, observe } = this.#options
    const tenants = this.#tenants()
    if (tenants === undefined) return
    this.#looked = { tenants, at: performance.now() }
    const builds = await patiently(this.#options, () => store.builds(stream))
    const known = new Set(builds.map(idText))
    session.forget(session.builds().flatMap(({ build }) => (known.has(idText(build)) ? [] : [build])))
    const { drop, retire, restore, missing } = reconcile({
      builds,
      desired: rollups.of(tenants),
      inHand: this.#builder.inHand,
      now: Date.now(),
      sweepAfterMilliseconds,
    })
    for (const { build, why } of drop) {
      session.forget([build])
      await patiently(this.#options, () => store.drop(stream, idOf(build)))
      observe({ type: 'build-dropped', build: idOf(build), why })
    }
    for (const build of retire) await patiently(this.#options, () => store.retire(stream, idOf(build)))
    if (restore.length > 0) await this.#builder.ready(restore)
    this.#known = builds
    this.#missing = missing
  }

  #tenants(): readonly Tenant[] | undefined {
    try {
      return this.#options.tenants.list()
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
      this.#options.observe({ type: 'trouble', about: 'tenants', detail: error.detail })
      return undefined
    }
  }

  async #buildGroup(all: readonly Desired[]): Promise<void> {
    const [first] = all
    if (first === undefined) return
    this.lookAnew()
    const group = groupOf(first)
    const tenants = [...new Set(all.map(({ tenant }) => tenant))]
    const size = Math.min(this.#groups.get(group) ?? tenants.length, tenants.length)
    const chosen = new Set(tenants.slice(0, size))
    try {
      const built = await this.#builder.build(
        all.filter(({ tenant }) => chosen.has(tenant)),
        'there was none of this definition',
      )
      await this.#builder.ready(built)
      this.#notBefore.delete(group)
    } catch (error) {
      if (!(error instanceof BaseInterrupted)) throw error
      this.#groups.set(group, Math.max(1, Math.ceil(size / 2)))
      this.#later(group, error.message)
    } finally {
      await this.#builder.settled()
    }
  }

  #later(group: string, why: string): void {
    const wait = Math.min((this.#notBefore.get(group)?.wait ?? shortestRetry / 2) * 2, longestRetry)
    this.#notBefore.set(group, { at: performance.now() + wait, wait })
    const detail = `the base of ${group} is read again in ${Math.round(wait / 1000)} s: ${why}`
    this.#options.observe({ type: 'trouble', about: 'build', detail })
  }

  /** Whether there was one. */
  async #serveRequest(): Promise<boolean> {
    const { store, stream } = this.#options
    const requests = await patiently(this.#options, () => store.requests(stream))
    // One that runs was begun by a worker that is gone.
    const next = requests.find(({ state }) => state === 'waiting' || state === 'running')
    if (next === undefined) return false
    await this.#answer(next, 'running', {})
    try {
      const outcome = await this.#do(next)
      await this.#answer(next, 'done', outcome)
    } catch (error) {
      if (!(error instanceof BaseInterrupted)) throw error
      await this.#answer(next, 'failed', { detail: error.message })
    }
    return true
  }

  async #answer(request: Request, state: Request['state'], outcome: object): Promise<void> {
    const { store, stream, observe } = this.#options
    const answer = { state, outcome: JSON.stringify(outcome) }
    await patiently(this.#options, () => store.answer(stream, request.id, answer))
    observe({ type: 'request', request: { ...request, ...answer } })
  }

  async #do(request: Request): Promise<object> {
    const { store, stream, rollups } = this.#options
    const asked = [...rollups.of(this.#tenants() ?? []).values()].filter(
      ({ tenant, report }) =>
        (request.tenant === undefined || request.tenant === tenant.id) &&
        (request.report === undefined || request.report === report.name),
    )
    const groups = new Map<string, Desired[]>()
    for (const each of asked) {
      // One table, one tenant at a time: a check must not be felt.
      const key = JSON.stringify([groupOf(each), request.kind === 'rebuild' ? '' : each.tenant.id])
      groups.set(key, [...(groups.get(key) ?? []), each])
    }
    const different: DifferentBuild[] = []
    let done = 0
    for (const all of groups.values()) {
      // Whoever left the allowlist meanwhile may have been erased, and must not come back.
      const listed = new Set(this.#tenants()?.map(({ id }) => id))
      const group = all.filter(({ tenant }) => listed.has(tenant.id))
      if (group.length === 0) continue
      const before = new Map((await store.builds(stream)).filter(isRead).map((build) => [rollupOf(build), build]))
      try {
        const built = await this.#builder.build(group, request.kind)
        if (request.kind === 'rebuild') await this.#builder.ready(built)
        else different.push(...(await this.#compare(built, before, request.kind === 'repair')))
      } finally {
        await this.#builder.settled()
      }
      done += group.length
      await this.#answer(request, 'running', { done, of: asked.length, different: toldDifferences(different) })
    }
    return { done, of: asked.length, different: toldDifferences(different) }
  }

  /** Law F1 in production: two builds of one definition at one position are the same. */
  async #compare(
    built: readonly Build[],
    before: ReadonlyMap<string, Build>,
    repairs: boolean,
  ): Promise<DifferentBuild[]> {
    const { store, stream, session } = this.#options
    const different: DifferentBuild[] = []
    for (const build of built) {
      const former = before.get(rollupOf(build))
      const differences =
        former === undefined || former.fingerprint !== build.fingerprint
          ? []
          : await session.paused(() => compareBuilds(store, stream, former, build))
      if (former !== undefined && differences.length > 0) {
        const { tenant, report } = build
        different.push({
          tenant,
          report,
          repaired: repairs,
          counters: differences.length,
          first: differences.slice(0, 5),
        })
      }
      if (former !== undefined && differences.length > 0 && repairs) {
        await this.#builder.ready([build])
        await this.#builder.discard([former])
      } else await this.#builder.discard([build])
    }
    return different
  }
}

const isSame = (some: readonly Tenant[], others: readonly Tenant[]): boolean =>
  some.length === others.length && some.every((tenant, at) => tenant === others[at])

const isRead = ({ state }: Build): boolean => state === 'ready'

/** What is built together: the rollups of one source; of tenants that have a schema each all of their tables. */
const groupOf = ({ report }: Desired): string => {
  const { table, tenant } = report.from[definition]
  return tenant === bySchema ? `${table} of each tenant` : table
}

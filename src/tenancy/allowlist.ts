import { MillraceError } from '../errors.ts'
import type { Tenant } from './tenant.ts'
import { readTenants, type TenantProblem } from './tenant-list.ts'
import { readSource, type TenantSource } from './tenant-source.ts'

/** A tenant left out of the list, or a refresh that failed (`cause` is then what the source threw). */
export interface AllowlistProblem extends TenantProblem {
  readonly cause?: unknown
}

export interface AllowlistOptions {
  /** Seconds between the end of one reading of the source and the next; also how long a reading may take. 30. */
  readonly refreshSeconds?: number
  /** Seconds after which a list that could not be refreshed admits nobody. Five times `refreshSeconds`. */
  readonly maxAgeSeconds?: number
  /** Told of each problem once, and again only after it had gone away. */
  readonly onProblem?: (problem: AllowlistProblem) => void
  /** Milliseconds that never go back. */
  readonly clock?: () => number
}

/** Law T2: a tenant that is not on the allowlist reaches no connection and no key. */
export interface Allowlist {
  /**
   * Reads the source for the first time, and from then on at every `refreshSeconds`.
   *
   * In a fixed list any bad tenant is CONFIG_INVALID: it is the engineer's own text. From a function a bad tenant is
   * left out and reported, at start as later, since otherwise one bad row would turn the next restart into an outage of
   * every tenant; only where no row at all is valid (the mapping is wrong, not a row) is it CONFIG_INVALID. A source
   * that cannot be read is TENANTS_UNAVAILABLE.
   */
  start(): Promise<void>
  /** Throws TENANT_UNKNOWN, or TENANTS_UNAVAILABLE when the list is not loaded or too old. */
  require(id: string): Tenant
  /** In the order of the source. Throws TENANTS_UNAVAILABLE as `require` does. */
  list(): readonly Tenant[]
  /**
   * Ends when a reading that began after the call has ended, so that a tenant removed before the call is gone after it.
   * Never more than one reading runs and one waits. Rejects if the reading fails; the old list then stays until it is too old.
   */
  refresh(): Promise<void>
  /** Ends the refreshing. */
  close(): void
}

interface Loaded {
  readonly tenants: readonly Tenant[]
  readonly byId: ReadonlyMap<string, Tenant>
  /** When the reading began: what it says may be as old as that. */
  readonly since: number
}

export function createAllowlist(source: TenantSource, options: AllowlistOptions = {}): Allowlist {
  const {
    refreshSeconds = 30,
    maxAgeSeconds = 5 * refreshSeconds,
    onProblem,
    clock = () => performance.now(),
  } = options
  if (!(refreshSeconds > 0 && refreshSeconds <= 86_400))
    throw new MillraceError('CONFIG_INVALID', 'tenants.refreshSeconds: must be more than 0 and at most 86400')
  if (!(maxAgeSeconds >= refreshSeconds))
    throw new MillraceError('CONFIG_INVALID', 'tenants.maxAgeSeconds: must be at least refreshSeconds')

  const changing = typeof source === 'function'
  let loaded: Loaded | undefined
  let running: Promise<void> | undefined
  let waiting: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let known: ReadonlySet<string> = new Set()

  function tell(problem: AllowlistProblem): void {
    if (known.has(problem.detail)) return
    try {
      onProblem?.(problem)
    } catch {
      // What a host does with a report must not decide who is on the list.
    }
  }

  function tellOfFailure(error: unknown): void {
    const problem =
      error instanceof MillraceError
        ? { detail: error.detail, cause: error.cause }
        : { detail: 'the tenant source gave rows that cannot be read', cause: error }
    tell(problem)
    known = new Set([...known, problem.detail])
  }

  async function load(): Promise<void> {
    const since = clock()
    // Only the first reading keeps the process alive, since only that one is waited for.
    const rows = await readSource(source, { seconds: refreshSeconds, keepAlive: loaded === undefined })
    const { tenants, problems } = readTenants(rows)
    const [first] = problems
    if (first !== undefined && (!changing || tenants.length === 0))
      throw new MillraceError('CONFIG_INVALID', first.detail + more(problems.length - 1))
    for (const problem of problems) tell(problem)
    known = new Set(problems.map((problem) => problem.detail))
    loaded = { tenants: Object.freeze(tenants), byId: new Map(tenants.map((tenant) => [tenant.id, tenant])), since }
  }

  function refresh(): Promise<void> {
    if (running !== undefined) {
      waiting ??= running
        .catch(() => undefined)
        .then(() => {
          waiting = undefined
          return refresh()
        })
      return waiting
    }
    running = load().finally(() => {
      running = undefined
    })
    return running
  }

  function schedule(): void {
    clearTimeout(timer)
    if (closed || !changing) return
    timer = setTimeout(() => {
      refresh().catch(tellOfFailure).finally(schedule)
    }, refreshSeconds * 1000)
    timer.unref()
  }

  function current(): Loaded {
    if (loaded !== undefined && (!changing || clock() - loaded.since <= maxAgeSeconds * 1000)) return loaded
    const detail = loaded === undefined ? 'the allowlist is not loaded' : 'the allowlist is too old'
    throw new MillraceError('TENANTS_UNAVAILABLE', detail, { retryAfter: Math.ceil(refreshSeconds) })
  }

  return {
    async start() {
      await refresh()
      schedule()
    },
    require(id) {
      const tenant = current().byId.get(id)
      if (tenant === undefined) throw new MillraceError('TENANT_UNKNOWN', 'the tenant is not on the allowlist')
      return tenant
    },
    list: () => current().tenants,
    refresh,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

const more = (others: number): string => (others === 0 ? '' : ` (and ${others} more)`)

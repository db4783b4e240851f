import { MillraceError } from '../errors.ts'

export interface FairnessOptions {
  /** Statements that run at once, of all tenants together. */
  readonly total: number
  /** Statements of one tenant that run at once. */
  readonly perTenant: number
  /** Statements that wait, of all tenants together. */
  readonly queue: number
  /** Statements of one tenant that wait; a quarter of `queue` unless given, so that no tenant fills it alone. */
  readonly queuePerTenant?: number
  /** Milliseconds that a statement waits at most. 10,000. */
  readonly waitMilliseconds?: number
}

export interface FairnessCounts {
  readonly running: number
  readonly queued: number
}

/**
 * Law T8: one tenant cannot slow another. A tenant that already runs a statement never takes the last free place, so
 * that a tenant which runs none finds one; those who wait are served tenant by tenant, each with one statement a turn.
 */
export interface Fairness {
  /**
   * Resolves with the place: call it once to give it back (again does nothing). Rejects with TOO_BUSY where the queue is
   * full or the wait too long, and with the signal's reason when the signal aborts, which leaves the queue at once.
   */
  acquire(tenant: string, signal: AbortSignal): Promise<() => void>
  counts(): FairnessCounts
}

interface Waiter {
  readonly grant: () => void
}

const retryAfter = 1

/** Throws CONFIG_INVALID where a limit is not a whole number of its range. */
export function createFairness(options: FairnessOptions): Fairness {
  const { total, perTenant, queue } = options
  const { queuePerTenant = Math.max(1, Math.floor(queue / 4)), waitMilliseconds = 10_000 } = options
  for (const [name, value, least] of [
    ['total', total, 1],
    ['perTenant', perTenant, 1],
    ['queue', queue, 0],
    ['queuePerTenant', queuePerTenant, 0],
    ['waitMilliseconds', waitMilliseconds, 1],
  ] as const) {
    if (!Number.isInteger(value) || value < least)
      throw new MillraceError('CONFIG_INVALID', `fairness.${name}: must be a whole number, at least ${least}`)
  }

  let running = 0
  let queued = 0
  const runningOf = new Map<string, number>()
  /** Who waits, by tenant. The order of the tenants is whose turn it is: whoever is served goes to the end. */
  const lines = new Map<string, Waiter[]>()

  function mayRun(tenant: string): boolean {
    const own = runningOf.get(tenant) ?? 0
    return own < perTenant && total - running > (own === 0 ? 0 : 1)
  }

  function take(tenant: string): () => void {
    running += 1
    runningOf.set(tenant, (runningOf.get(tenant) ?? 0) + 1)
    let held = true
    return () => {
      if (!held) return
      held = false
      running -= 1
      const own = (runningOf.get(tenant) ?? 0) - 1
      if (own === 0) runningOf.delete(tenant)
      else runningOf.set(tenant, own)
      serve()
    }
  }

  /**
   * Gives what may be given. One place that comes back can serve two who wait: where its tenant runs none any more, the
   * last free place, which nobody might take before, is now its own.
   */
  function serve(): void {
    for (;;) {
      const next = [...lines.keys()].find(mayRun)
      if (next === undefined) return
      const line = lines.get(next) ?? []
      const waiter = line.shift()
      lines.delete(next)
      if (line.length > 0) lines.set(next, line)
      queued -= 1
      waiter?.grant()
    }
  }

  function leave(tenant: string, waiter: Waiter): void {
    const line = lines.get(tenant) ?? []
    line.splice(line.indexOf(waiter), 1)
    if (line.length === 0) lines.delete(tenant)
    queued -= 1
  }

  function wait(tenant: string, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const stopWaiting = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', aborted)
      }
      const waiter: Waiter = {
        grant() {
          stopWaiting()
          resolve(take(tenant))
        },
      }
      const refuse = (error: unknown) => {
        stopWaiting()
        leave(tenant, waiter)
        reject(error)
      }
      const aborted = () => refuse(signal.reason)
      const timer = setTimeout(() => refuse(tooBusy('waited too long for others to finish')), waitMilliseconds)
      signal.addEventListener('abort', aborted)
      const line = lines.get(tenant)
      if (line === undefined) lines.set(tenant, [waiter])
      else line.push(waiter)
      queued += 1
    })
  }

  return {
    async acquire(tenant, signal) {
      signal.throwIfAborted()
      // Whoever may run is served at once, so that those who wait may not: nobody is overtaken here.
      if (mayRun(tenant)) return take(tenant)
      if ((lines.get(tenant)?.length ?? 0) >= queuePerTenant)
        throw tooBusy('too many reports of this tenant wait already')
      if (queued >= queue) throw tooBusy('too many reports wait already')
      return wait(tenant, signal)
    },
    counts: () => ({ running, queued }),
  }
}

const tooBusy = (detail: string): MillraceError => new MillraceError('TOO_BUSY', detail, { retryAfter })

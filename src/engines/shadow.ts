import type { EngineAnswer, EngineRequest, ReportEngine } from '../report/engine.ts'
import type { Position } from '../report/position.ts'
import type { StoredReports } from './routed-engine.ts'

/**
 * `equal` and `different`: of the two engines' answers at one position. `skipped`: there was no moment at which to compare them, no
 * build that is ready, or too much to compare. `failed`: one of the engines did not answer.
 */
export interface Comparison {
  readonly report: string
  readonly tenant: string
  readonly outcome: 'equal' | 'different' | 'skipped' | 'failed'
}

export interface ShadowOptions {
  readonly replica: Pick<ReportEngine, 'read'>
  readonly store: Pick<StoredReports, 'find'>
  /** Up to where the replica shows everything now; null where nobody can tell. */
  readonly position: () => Promise<Position | null>
  /** Told of each comparison. It must neither throw nor wait. */
  readonly compared: (comparison: Comparison) => void
  /** Comparisons that run at once; more of them are skipped. 2. */
  readonly atOnce?: number
  /** How often the two are read until there is a moment at which they can be compared. 4. */
  readonly attempts?: number
}

export interface Shadow {
  /** Compares an answer of the replica, in the background. */
  compare(request: EngineRequest, answer: EngineAnswer): void
  /** Gives up what is being compared. */
  close(): void
}

/**
 * Compares answers of the replica with the store's. The replica's holds everything up to a position P that was read before it, and
 * nothing past a position Q that is read after it; where the store is at or past Q and has added nothing to the build past P, both
 * answers are of one state of the rows.
 */
export function createShadow(options: ShadowOptions): Shadow {
  const { replica, store, position, compared, atOnce = 2, attempts = 4 } = options
  const closing = new AbortController()
  let running = 0

  async function outcomeOf(request: EngineRequest, first: EngineAnswer): Promise<Comparison['outcome']> {
    let answer = first
    let differed = false
    for (let attempt = 1; ; attempt++) {
      const outcome = await compareOnce(request, answer)
      // A commit is seen a moment before or after its position says so: what differs only once is no difference.
      if (outcome === 'equal' || (outcome === 'different' && differed)) return outcome
      differed ||= outcome === 'different'
      if (outcome === 'impossible' || attempt === attempts) return 'skipped'
      answer = await replica.read(request)
    }
  }

  async function compareOnce(
    request: EngineRequest,
    answer: EngineAnswer,
  ): Promise<'equal' | 'different' | 'moved' | 'impossible'> {
    const until = await position()
    if (answer.position === null || until === null) return 'impossible'
    const found = await store.find({ ...request, includes: until })
    if (found === null) return 'impossible'
    if (found.changedAt > answer.position) return 'moved'
    return contentOf(found) === contentOf(answer) ? 'equal' : 'different'
  }

  async function run(request: EngineRequest, answer: EngineAnswer): Promise<void> {
    const { report, tenant } = request
    const tell = (outcome: Comparison['outcome']) => compared({ report: report.name, tenant, outcome })
    if (running >= atOnce) return tell('skipped')
    running++
    try {
      tell(await outcomeOf({ ...request, signal: closing.signal }, answer))
    } catch {
      if (!closing.signal.aborted) tell('failed')
    } finally {
      running--
    }
  }

  return {
    compare(request, answer) {
      void run(request, answer)
    },
    close: () => closing.abort(),
  }
}

const contentOf = ({ timeZone, rows }: EngineAnswer): string => JSON.stringify([timeZone, rows])

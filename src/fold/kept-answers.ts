import { LRUCache } from 'lru-cache'
import type { EngineRequest } from '../report/engine.ts'
import type { Reading } from '../report/reading.ts'
import type { Row } from '../report/write-row.ts'
import type { State } from '../store/report-store.ts'
import type { BuildOfReport } from './builds-of-reports.ts'

/** The rows of an answer, and the state of the counters that they were made of. */
export interface KeptAnswer extends State {
  readonly rows: readonly Row[]
}

/** Of all answers together; a row is some hundred bytes. */
const mostRows = 50_000
/** A longer answer is rare, and would drive out many. */
const mostRowsOfOne = 2_000

/**
 * Answers that were given before. One holds for as long as its build is in the same state, and only for what was asked: the key
 * has all that an answer depends on besides the counters.
 */
export class KeptAnswers {
  readonly #answers = new LRUCache<string, KeptAnswer>({
    maxSize: mostRows,
    maxEntrySize: mostRowsOfOne,
    sizeCalculation: ({ rows }, key) => 1 + rows.length + Math.floor(key.length / 500),
  })

  /** Undefined where an answer cannot be kept: labels are the replica's, and change without a word to the store. */
  static keyOf(
    build: BuildOfReport,
    { report, periods }: Reading,
    { given, attributes }: Pick<EngineRequest, 'given' | 'attributes'>,
  ): string | undefined {
    if (Object.keys(report.lookup).length > 0) return undefined
    const days = periods.map((period) => period.days)
    const allowed = Object.values(report.restrict).map((name) => attributes[name])
    return JSON.stringify([build.key, days, given, allowed])
  }

  of(key: string | undefined): KeptAnswer | undefined {
    return key === undefined ? undefined : this.#answers.get(key)
  }

  keep(key: string | undefined, { number, changedAt }: State, rows: readonly Row[]): void {
    if (key !== undefined) this.#answers.set(key, { number, changedAt, rows })
  }
}

import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import type { ReportEngine } from '../../src/report/engine.ts'
import { ask, askOptions, type Outcome } from './engines.ts'
import { featuresOf } from './features.ts'
import { type Asked, expectation, filterOptions } from './oracle.ts'
import { reportOf } from './report-data.ts'
import type { Question, World } from './world.ts'

/** An engine that said otherwise than the oracle. */
export interface Difference {
  readonly question: Question
  /** Rows, or the code of an error. */
  readonly expected: unknown
  readonly answered: Outcome
  /** The oracle's statement. */
  readonly statement: string
}

/** What was compared, so that a run can show that it was not idle. */
export interface Tally {
  reports: number
  /** Rows of the answers, and how many answers had none. */
  rows: number
  empty: number
  /** Reports that were refused for their number of rows, or for a value without an exact figure. */
  tooMany: number
  refused: number
  options: number
  /** How often a feature was in use in an answer that had rows. */
  readonly features: Map<string, number>
}

export const newTally = (): Tally => ({
  reports: 0,
  rows: 0,
  empty: 0,
  tooMany: 0,
  refused: 0,
  options: 0,
  features: new Map(),
})

/** Asks the engine and the oracle each question of a loaded world; gives the first difference. */
export async function judgeWorld(
  oracle: pg.Client,
  engine: ReportEngine,
  world: World,
  tally: Tally,
): Promise<Difference | undefined> {
  for (const question of world.questions) {
    const tenant = world.tenants[question.tenant] as World['tenants'][number]
    const asked = { ...question, report: reportOf(question.report, world.storage), tenant }
    const difference =
      (await judgeAnswer(oracle, engine, world, question, asked, tally)) ??
      (await judgeOptions(oracle, engine, world, question, asked, tally))
    if (difference !== undefined) return difference
  }
  return undefined
}

async function judgeAnswer(
  oracle: pg.Client,
  engine: ReportEngine,
  world: World,
  question: Question,
  asked: Asked,
  tally: Tally,
): Promise<Difference | undefined> {
  const { refused, rowCount, mostRows, rows, statement } = await expectation(oracle, asked)
  const answered = await ask(engine, world, question)
  const code = 'error' in answered ? answered.error : undefined
  const { limit } = asked.report
  tally.reports++
  if (refused) {
    tally.refused++
    // With a limit, the value may be in a group that the answer has no room for, and that the engine leaves unread.
    if (code === 'VALUE_REFUSED' || limit !== undefined) return undefined
    return { question, expected: 'VALUE_REFUSED', answered, statement }
  }
  // A report's own limit, or the want of any row, may or may not spare the engine the rows past the process's limit.
  if (code === 'TOO_MANY_ROWS' && mostRows > world.rowLimit) {
    tally.tooMany++
    return undefined
  }
  const isSpared = limit !== undefined && rowCount <= 10 * world.rowLimit
  const expected = rowCount > world.rowLimit && !isSpared ? 'TOO_MANY_ROWS' : await rows()
  tally.rows += expected.length
  if (expected.length === 0) tally.empty++
  else {
    for (const feature of featuresOf(question, world)) {
      tally.features.set(feature, (tally.features.get(feature) ?? 0) + 1)
    }
  }
  if ('rows' in answered && isDeepStrictEqual(answered.rows, expected)) return undefined
  return { question, expected, answered, statement }
}

const optionsLimit = 5

async function judgeOptions(
  oracle: pg.Client,
  engine: ReportEngine,
  world: World,
  question: Question,
  asked: Asked,
  tally: Tally,
): Promise<Difference | undefined> {
  for (const filter of asked.report.filters) {
    const expected = await filterOptions(oracle, asked, filter, optionsLimit)
    const answered = await askOptions(engine, world, question, filter, optionsLimit)
    tally.options++
    if (expected.some(({ refused }) => refused) && 'error' in answered && answered.error === 'VALUE_REFUSED') continue
    if (!('rows' in answered) || !isDeepStrictEqual(answered.rows, expected)) {
      return { question, expected, answered, statement: `the options of "${filter}"` }
    }
  }
  return undefined
}

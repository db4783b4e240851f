import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import type { ReportEngine } from '../../src/report/engine.ts'
import { ask, type Outcome } from './engines.ts'
import { expectation } from './oracle.ts'
import { reportOf } from './report-data.ts'
import type { Question, World } from './world.ts'

/** An engine that said otherwise than the oracle. */
export interface Difference {
  readonly question: Question
  readonly expected: unknown
  readonly answered: Outcome
  /** The oracle's statement. */
  readonly statement: string
}

/** What was compared, so that a run can show that it was not idle. */
export interface Tally {
  reports: number
  rows: number
  empty: number
  tooMany: number
}

/** Asks the engine and the oracle each question of a loaded world; gives the first difference. */
export async function judgeWorld(
  oracle: pg.Client,
  engine: ReportEngine,
  world: World,
  rowLimit: number,
  tally: Tally,
): Promise<Difference | undefined> {
  for (const question of world.questions) {
    const tenant = world.tenants[question.tenant] as World['tenants'][number]
    const report = reportOf(question.report, world.storage)
    const expected = await expectation(oracle, { ...question, report, tenant })
    const answered = await ask(engine, world, question)
    const tooMany = 'error' in answered && answered.error.startsWith('TOO_MANY_ROWS')
    tally.reports++
    // A report's own limit, or the want of any row, may or may not spare the engine the rows past the process's limit.
    if (tooMany && expected.mostRows > rowLimit) {
      tally.tooMany++
      continue
    }
    const isSpared = report.limit !== undefined && expected.rowCount <= 10 * rowLimit
    const rows = expected.rowCount > rowLimit && !isSpared ? 'TOO_MANY_ROWS' : await expected.rows()
    tally.rows += rows.length
    if (rows.length === 0) tally.empty++
    if (!('rows' in answered) || !isDeepStrictEqual(answered.rows, rows)) {
      return { question, expected: rows, answered, statement: expected.statement }
    }
  }
  return undefined
}

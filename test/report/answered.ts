import { answer, type Labels } from '../../src/report/answer.ts'
import type { Group } from '../../src/report/arm.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { readingAt } from './reading.ts'

/** What an engine gives: of an arm, dimensions, a bucket and states. */
export const group = (
  arm: number,
  dimensions: readonly (string | null)[],
  bucket: string | null,
  ...states: (string | null)[]
): Group => ({ arm, dimensions, bucket, states })

interface Asked {
  readonly labels?: Labels
  readonly rowLimit?: number
  readonly now?: string
  readonly timeZone?: string
}

/** The rows that a report answers with, of what an engine gives. */
export const answered = (definition: ReportDefinition, groups: readonly Group[], asked: Asked = {}) =>
  answer(readingAt(definition, asked), groups, asked.labels ?? {}, asked.rowLimit ?? 1000)

import { count } from '../../src/report/measure.ts'
import { report } from '../../src/report/report.ts'
import { refusalOf } from './refusal.ts'
import { findings } from './sources.ts'

const prefix = 'REPORT_INVALID: report "x", '

/** Why the smallest report over `findings` is refused with these members, from the field on; undefined where it is not. */
export function refusalWith(members: object): string | undefined {
  const refusal = refusalOf(() =>
    report({ name: 'x', permission: 'p', from: findings, measures: { n: count() }, ...members } as never),
  )
  return refusal?.startsWith(prefix) ? refusal.slice(prefix.length) : refusal
}

import type { Request } from '../store/report-store.ts'
import { count } from './finding-blocks.ts'
import { type Output, printable } from './output.ts'
import { readOutcome } from './request-outcome.ts'

/** What differs, with the first counters of each; then how much was compared. */
export function verifyText(request: Pick<Request, 'state' | 'outcome'>, { paint }: Output): string {
  const { done, different, detail } = readOutcome(request)
  const blocks = different.map(({ tenant, report, repaired, counters, first }) => {
    const title = printable(`report "${report}", tenant ${tenant}: ${count(counters, 'counter')} not what the rows say`)
    const lines = first.map(
      ({ sort, stored, rebuilt }) =>
        `  ${printable(JSON.stringify(sort))}\n    stored   ${numbers(stored)}\n    rebuilt  ${numbers(rebuilt)}\n`,
    )
    return `${paint('red', title)}${repaired ? ', repaired' : ''}\n${lines.join('')}\n`
  })
  if (request.state === 'failed') {
    return `${blocks.join('')}${paint('red', 'not finished')}: ${printable(detail ?? 'the worker does not say why')}\n`
  }
  if (done === 0) return 'nothing was compared: the worker folds no such report for such a tenant\n'
  const repaired = different.filter((each) => each.repaired).length
  const said =
    different.length === 0
      ? paint('green', 'each is what the rows say')
      : paint(
          'red',
          `${different.length} ${different.length === 1 ? 'differs' : 'differ'}${repaired > 0 ? `, ${repaired} repaired` : ''}`,
        )
  const next =
    different.length > repaired
      ? ' Next: millrace verify --repair; a difference is a fault of Millrace, please report it.'
      : ''
  return `${blocks.join('')}${count(done, 'build')} compared: ${said}.${next}\n`
}

const numbers = (vector: readonly string[]): string => (vector.length === 0 ? 'nothing' : vector.join(', '))

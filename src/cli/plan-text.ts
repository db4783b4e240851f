import type { Step } from '../replication/plan-steps.ts'
import { count, findingBlocks } from './finding-blocks.ts'
import { type Output, printable } from './output.ts'
import { alike } from './plan-sql.ts'
import { isRefused, type Planned } from './planned.ts'

/** What stands in the way, the statements in their order, and what to do next. */
export function planText(planned: Planned, output: Output): string {
  const { server, findings, steps, unused, tables } = planned
  const { paint } = output
  const listed = (title: string, some: readonly Step[]) =>
    some.length === 0 ? '' : `${paint('bold', title)}\n${stepLines(some, output)}\n`
  const total = `${count(tables, 'table')}, ${count(steps.length, 'statement')} to run`
  return [
    findingBlocks([...server, ...findings], output),
    listed('To be run, in this order', steps),
    listed('Not needed any more: --remove-unused', unused),
    isRefused(findings)
      ? `${total}: ${paint('red', 'none is run until the tables that are refused are mended')}.\n`
      : steps.length === 0
        ? `${count(tables, 'table')}: ${isRefused(server) ? 'prepared; the server or the role is not' : paint('green', 'prepared')}.\n`
        : `${total}. Next: millrace apply, or millrace plan --sql for the migrations of the host.\n`,
  ].join('')
}

function stepLines(steps: readonly Step[], { paint }: Output): string {
  const width = String(steps.length).length
  let at = 0
  return alike(steps)
    .map((group) => {
      const statements = group.map(({ statement }) => `  ${String(++at).padStart(width)}  ${printable(statement)};\n`)
      const [{ why, effect }] = group as [Step]
      const said = [`why: ${why}`, `effect: ${effect}`].map((line) => `     ${paint('dim', printable(line))}\n`)
      return [...statements, ...said].join('')
    })
    .join('')
}

import type { Step } from '../replication/plan-steps.ts'
import { count, findingBlocks } from './finding-blocks.ts'
import { type Output, printable } from './output.ts'
import { alike } from './plan-sql.ts'
import { isRefused, type Planned } from './planned.ts'
import { aboutTable, type PlannedTable } from './planned-table.ts'

/** What stands in the way, the statements in their order, and what to do next. */
export function planText(planned: Planned, output: Output): string {
  const { server, findings, steps, unused, tables, table } = planned
  const { paint } = output
  const listed = (title: string, some: readonly Step[]) =>
    some.length === 0 ? '' : `${paint('bold', title)}\n${stepLines(some, output)}\n`
  const isTableMissing = table?.state === 'missing'
  const total = [
    count(tables, 'table'),
    `${count(steps.length, 'statement')} to run`,
    ...(isTableMissing ? ['the table of the store to be made'] : []),
  ].join(', ')
  return [
    findingBlocks([...server, ...findings], output),
    listed('To be run, in this order', steps),
    isTableMissing ? `${paint('bold', 'The reporting store')}\n${tableLines(table, output)}\n` : '',
    listed('Not needed any more: --remove-unused', unused),
    isRefused(findings)
      ? `${total}: ${paint('red', 'none is run until the tables that are refused are mended')}.\n`
      : steps.length === 0 && !isTableMissing
        ? `${count(tables, 'table')}: ${isRefused(server) ? 'prepared; the server or the role is not' : paint('green', 'prepared')}.\n`
        : `${total}. Next: millrace apply, or millrace plan --sql for the migrations of the host.\n`,
  ].join('')
}

function tableLines(table: PlannedTable, { paint }: Output): string {
  const lines = [
    'why: the secret names it as the reporting store, and it is not there',
    'effect: a table that is billed by the request, with time to live; nothing on the transactional database',
  ]
  return [`  ${printable(aboutTable(table))}\n`, ...lines.map((line) => `     ${paint('dim', line)}\n`)].join('')
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

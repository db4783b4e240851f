import type { Finding } from '../replication/finding.ts'
import type { Step } from '../replication/plan-steps.ts'
import { isRefused, type Planned } from './planned.ts'
import { aboutTable, type PlannedTable, tableCommands } from './planned-table.ts'

/**
 * The statements as a script for the host's own migrations. What is said beside them is in comments, in which no line can end, so
 * that nothing that stands in a database becomes a statement.
 */
export function planSql(
  { server, findings, steps, unused, table }: Planned,
  { removesUnused }: { readonly removesUnused: boolean },
): string {
  const run = removesUnused ? [...steps, ...unused] : steps
  const left = removesUnused ? [] : unused
  // A script that breaks the host's writes must not be one that can be run.
  const refused = isRefused(findings)
  const blocks = [
    ...header,
    ...[...server, ...findings].flatMap(findingSql),
    '',
    ...(run.length === 0 ? [comment('Nothing is to be done.')] : refused ? [] : [`set lock_timeout = '200ms';`]),
    ...alike(run).flatMap((group) => groupSql(group, refused)),
    ...(left.length === 0
      ? []
      : ['', comment('No report reads these any more. Not while an older version is folded:')]),
    ...left.map(({ statement }) => comment(`${statement};`)),
    ...(table?.state === 'missing' ? tableSql(table) : []),
  ]
  return `${blocks.join('\n')}\n`
}

const header = [
  '-- What must be done so that the changes of the tables of the reports can be read.',
  '-- Run each statement by itself, in this order, as the owner of the tables: within one transaction the locks of the first would',
  '-- be held until the last has run. One that cannot have its lock gives up after 200 ms, and is run again. One that finds its',
  '-- work done says that it exists already, and does no harm.',
]

const findingSql = ({ severity, about, problem, next, statement }: Finding): string[] => [
  '',
  comment(`${severity === 'refusal' ? 'REFUSED' : 'Warning'}: ${about} ${problem}.`),
  comment(`  next: ${next}`),
  ...(statement === undefined ? [] : [comment(`  ${statement};`)]),
]

/** It is not made by SQL: `millrace apply` makes it, or who makes tables does. */
const tableSql = (table: PlannedTable): string[] => [
  '',
  comment(`The reporting store: ${aboutTable(table)} is made by millrace apply, or by:`),
  ...tableCommands(table).map((command) => comment(`  ${command}`)),
]

/** Those that follow each other for one reason are said it once. */
export function alike(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (last?.[0]?.why === step.why && last[0].effect === step.effect) last.push(step)
    else groups.push([step])
  }
  return groups
}

const groupSql = (group: readonly Step[], isRefused: boolean): string[] => [
  '',
  comment(`Why: ${group[0]?.why}.`),
  comment(`Effect: ${group[0]?.effect}.`),
  ...group.map(({ statement }) => (isRefused ? comment(`${statement};`) : `${statement};`)),
]

const comment = (text: string): string => `-- ${text.replace(/[\r\n\u2028\u2029]+/g, ' ')}`

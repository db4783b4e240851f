import type { Finding } from '../query/finding.ts'
import type { Checked } from './checked.ts'
import { type Output, printable } from './output.ts'

const mostTenants = 5

/** What a check found, by what it is about, each with what mends it; then how much was checked. */
export function findingsText({ reports, tenants, findings }: Checked, { paint }: Output): string {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) groups.set(finding.about, [...(groups.get(finding.about) ?? []), finding])
  const mark = { error: paint('red', 'error  '), warning: paint('yellow', 'warning') }
  const said = ({ severity, problem, next, tenants }: Finding) =>
    `  ${mark[severity]}  ${printable(problem)}${whose(tenants)}\n           ${paint('dim', `next: ${printable(next)}`)}\n`
  const text = [...groups].map(([about, found]) => `${paint('bold', printable(about))}\n${found.map(said).join('')}\n`)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const counted = `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`
  const style = errors > 0 ? 'red' : findings.length > 0 ? 'yellow' : 'green'
  if (tenants === undefined) {
    return `${text.join('')}${paint(style, `${counted}: the target is refused`)}; no report was checked against it.\n`
  }
  const checked = `${count(reports, 'report')} checked for ${count(tenants, 'tenant')}`
  return `${text.join('')}${checked}: ${paint(style, findings.length === 0 ? 'all well' : counted)}.\n`
}

function whose(tenants: readonly string[] | undefined): string {
  if (tenants === undefined) return ''
  const others = tenants.length - mostTenants
  const shown = tenants.slice(0, mostTenants).map(printable).join(', ')
  return ` (${tenants.length === 1 ? 'tenant' : 'tenants'} ${shown}${others > 0 ? ` and ${others} more` : ''})`
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

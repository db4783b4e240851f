import { type Output, printable } from './output.ts'

/** What a check of any kind found. */
export interface AnyFinding {
  readonly severity: 'error' | 'refusal' | 'warning'
  readonly about: string
  readonly problem: string
  readonly next: string
  /** What mends it, to be copied. */
  readonly statement?: string
  readonly tenants?: readonly string[]
}

const mostTenants = 5

/** By what they are about, each with what mends it. */
export function findingBlocks(findings: readonly AnyFinding[], output: Output): string {
  const groups = new Map<string, AnyFinding[]>()
  for (const finding of findings) groups.set(finding.about, [...(groups.get(finding.about) ?? []), finding])
  return [...groups]
    .map(([about, found]) => {
      const lines = found.map((finding) => findingLines(finding, output)).join('')
      return `${output.paint('bold', printable(about))}\n${lines}\n`
    })
    .join('')
}

/** What is wrong, and in the lines below what mends it. */
export function findingLines({ severity, problem, next, statement, tenants }: AnyFinding, { paint }: Output): string {
  const style = severity === 'warning' ? 'yellow' : 'red'
  const steps = [`next: ${next}`, ...(statement === undefined ? [] : [`      ${statement}`])]
  const lines = steps.map((step) => `           ${paint('dim', printable(step))}\n`).join('')
  return `  ${paint(style, severity.padEnd(7))}  ${printable(problem)}${whose(tenants)}\n${lines}`
}

function whose(tenants: readonly string[] | undefined): string {
  if (tenants === undefined) return ''
  const others = tenants.length - mostTenants
  const shown = tenants.slice(0, mostTenants).map(printable).join(', ')
  return ` (${tenants.length === 1 ? 'tenant' : 'tenants'} ${shown}${others > 0 ? ` and ${others} more` : ''})`
}

/** `1 report`, `2 reports`. */
export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

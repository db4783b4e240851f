import type { Checked } from './checked.ts'
import { count, findingBlocks } from './finding-blocks.ts'
import type { Output } from './output.ts'

/** What a check found, by what it is about, each with what mends it; then how much was checked. */
export function findingsText({ reports, tenants, findings }: Checked, output: Output): string {
  const { paint } = output
  const text = findingBlocks(findings, output)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const counted = `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`
  const style = errors > 0 ? 'red' : findings.length > 0 ? 'yellow' : 'green'
  if (tenants === undefined) {
    return `${text}${paint(style, `${counted}: the target is refused`)}; no report was checked against it.\n`
  }
  const checked = `${count(reports, 'report')} checked for ${count(tenants, 'tenant')}`
  return `${text}${checked}: ${paint(style, findings.length === 0 ? 'all well' : counted)}.\n`
}

import type { Audit, AuditLine } from '../access/audit.ts'
import { type Output, printable } from './output.ts'

/**
 * Where the audit line of a command goes (law T7): to standard error, as JSON for whoever collects it; on a terminal, where
 * nobody does, as one line to be read.
 */
export function auditTo(to: Output): Audit {
  return (line) =>
    to.write(to.isTerminal ? `${to.paint('dim', auditText(line))}\n` : `${JSON.stringify({ audit: true, ...line })}\n`)
}

function auditText({ event, report, tenant, subject, outcome, rows, code }: AuditLine): string {
  const came = rows === undefined ? `${outcome}${code === undefined ? '' : ` (${code})`}` : `${outcome}, ${rows} rows`
  return printable(`audit: ${event} ${report}, tenant ${tenant}, by ${subject}: ${came}`)
}

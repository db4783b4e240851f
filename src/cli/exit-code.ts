import { type ErrorCode, MillraceError } from '../errors.ts'
import { Interrupted } from './interrupted.ts'

/** How the command ends; docs/reference/command-line.md lists them. 78 is EX_CONFIG of sysexits.h. */
export const exitCodes = { done: 0, failed: 1, misused: 2, misconfigured: 78 } as const

const misused: readonly ErrorCode[] = ['COMMAND_INVALID', 'PARAMETER_INVALID', 'REPORT_NOT_FOUND', 'TENANT_UNKNOWN']
const misconfigured: readonly ErrorCode[] = [
  'CONFIG_MISSING',
  'CONFIG_INVALID',
  'FILE_INVALID',
  'REPORT_INVALID',
  'SECRET_MISSING',
  'SECRET_INVALID',
  'TARGET_REFUSED',
  'PACKAGE_MISSING',
]

export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode
  if (!(error instanceof MillraceError)) return exitCodes.failed
  if (misused.includes(error.code)) return exitCodes.misused
  return misconfigured.includes(error.code) ? exitCodes.misconfigured : exitCodes.failed
}

import { CommanderError } from 'commander'
import { type ErrorCode, errors, MillraceError } from '../errors.ts'
import { type LoggedError, loggedError } from '../http/logged-error.ts'
import { Interrupted } from './interrupted.ts'
import { type Output, printable } from './output.ts'

/** The next step of whoever ran a command, where it is another than that of who sent a request. */
const nextSteps: Partial<Record<ErrorCode, string>> = {
  REPLICA_UNAVAILABLE:
    'Check that this machine reaches the target that the secret names, and that it knows the credentials.',
  TENANTS_UNAVAILABLE: 'Check `tenants` in millrace.config.ts, and that what it names can be read.',
  TENANT_UNKNOWN: 'Give the tenant its schema on the allowlist, or ask for a tenant that has one.',
  STORE_UNAVAILABLE:
    'Check that this machine reaches the store that the secret names, and its role; `millrace fold` makes its schema.',
  STATEMENT_TIMEOUT:
    'Narrow the period or the filters; `millrace explain` shows the plan, and `limits.statementSeconds` is the limit.',
  INTERNAL: 'Run it again with --debug, which shows where it failed; `millrace check` tells whether the reports fit.',
}

/** What whoever ran a command is told of its failure. */
export interface Failure {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly next: string
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Interrupted) {
    const detail = `${error.message}; what ran was cancelled`
    return { code: 'INTERRUPTED', title: 'Interrupted', detail, next: 'Nothing.' }
  }
  if (error instanceof CommanderError) {
    const { title, next } = errors.COMMAND_INVALID
    const detail = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
    return { code: 'COMMAND_INVALID', title, detail, next }
  }
  if (error instanceof MillraceError && error.code !== 'INTERNAL') {
    const { code, detail, next } = error
    return {
      code,
      title: errors[code].title,
      detail: `${detail}${reasonOf(error.cause)}`,
      next: nextSteps[code] ?? next,
    }
  }
  const lacking = /^Cannot find package '([^']+)' imported from/.exec((error as Error)?.message ?? '')?.[1]
  if (lacking !== undefined) {
    const { title } = errors.FILE_INVALID
    return {
      code: 'FILE_INVALID',
      title,
      detail: `the package ${lacking} is not installed`,
      next: `npm install ${lacking}`,
    }
  }
  // The text of an error that nobody foresaw may hold anything.
  const detail =
    error instanceof MillraceError
      ? `${error.detail}${reasonOf(error.cause)}`
      : `an unexpected ${error instanceof Error ? error.name : typeof error}${reasonOf(error)}`
  return { code: 'INTERNAL', title: errors.INTERNAL.title, detail, next: nextSteps.INTERNAL as string }
}

/**
 * What may be said of why: a server's error about a statement (SQLSTATE class 42) names tables and columns; of any other
 * cause only the code is shown, since its text may name the host or the user, which are the secret's.
 */
function reasonOf(cause: unknown): string {
  for (let at = cause; at instanceof Error && !(at instanceof MillraceError); at = at.cause) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') return /^42...$/.test(code) ? ` (${firstLine(at.message)})` : ` (${code})`
  }
  return ''
}

const firstLine = (text: string): string => text.split('\n')[0] as string

export function writeFailure(error: unknown, to: Output, debug: boolean): void {
  const { code, title, detail, next } = failureOf(error)
  to.write(`${to.paint('red', `millrace: ${title}`)} ${to.paint('dim', `(${code})`)}\n`)
  to.write(`  ${printable(detail)}\n`)
  if (!(error instanceof Interrupted)) to.write(`  Next: ${next}\n`)
  if (debug) to.write(`\n${tracesOf(loggedError(error)).join('\nCaused by ')}\n`)
}

export function writeFailureJson(error: unknown, to: Output, debug: boolean): void {
  to.write(
    `${JSON.stringify({ error: { ...failureOf(error), ...(debug ? { trace: loggedError(error) } : {}) } }, null, 2)}\n`,
  )
}

/** Where an error and its causes come from. They name hosts and users, and no password. */
const tracesOf = ({ stack, message, cause }: LoggedError): string[] => [
  stack ?? message,
  ...(cause === undefined ? [] : tracesOf(cause)),
]

import { MillraceError } from '../errors.ts'

/** The SQLSTATE of a server's error, or the system's word for what befell a socket. */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** Whether an error says no more than that a signal was aborted. */
export const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')

/** An error of the transactional database or of the way to it; one of ours as it is. */
export function sourceFaultOf(error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  return new MillraceError('SOURCE_UNAVAILABLE', describe(error), { cause: withoutData(error), retryAfter: 2 })
}

function describe(error: unknown): string {
  const code = codeOf(error)
  if (code === '28P01' || code === '28000')
    return 'the database does not accept the credentials of the replication role'
  if (code === '57P03') return 'the database is starting or stopping'
  if (code !== undefined && /^(?!08|57P)[0-9A-Z]{5}$/.test(code)) return `the database refused a statement (${code})`
  return 'the database cannot be reached, or the connection to it has ended'
}

/** Code and message for the log; of a data exception (class 22) not the message, which repeats values of rows. */
export function withoutData(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  const code = codeOf(error)
  const message = code?.startsWith('22') ? 'data exception' : error.message
  return Object.assign(new Error(message), code !== undefined && { code })
}

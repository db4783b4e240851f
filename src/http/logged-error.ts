/**
 * An error as the log has it: what it is, where, and why, down to its causes. Nothing else that a library has put on it:
 * a driver's error may carry rows, a client's the credentials it was made with.
 */
export interface LoggedError {
  readonly type: string
  readonly code?: string
  readonly message: string
  readonly stack?: string
  readonly cause?: LoggedError
}

const mostCauses = 5

/** SQLSTATEs whose message repeats a value of a row or of a parameter. */
const dataException = /^2[23][\dA-Z]{3}$/

export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is no Error was thrown' }
  const { code, cause, stack } = error as { code?: unknown; cause?: unknown; stack?: string }
  const known = typeof code === 'string' ? code : undefined
  const repeatsData = known !== undefined && dataException.test(known)
  return {
    type: error.name,
    ...(known === undefined ? {} : { code: known }),
    message: repeatsData ? 'data exception' : error.message,
    ...(stack === undefined || repeatsData ? {} : { stack }),
    ...(cause === undefined || depth === mostCauses ? {} : { cause: loggedError(cause, depth + 1) }),
  }
}

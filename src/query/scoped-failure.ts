import { ExchangeFailure } from './exchange.ts'
import { isConnectionLost } from './sqlstate.ts'

/**
 * What a failed exchange leaves behind: the error for the caller, and the connection. `clean`: it may serve another tenant.
 * `lost`: it is gone, and those that were opened with it probably too.
 */
export class ScopedFailure extends Error {
  readonly fault: unknown
  readonly connection: 'clean' | 'unusable' | 'lost'

  constructor(fault: unknown, connection: 'clean' | 'unusable' | 'lost') {
    super('a scoped exchange failed', { cause: fault })
    this.fault = fault
    this.connection = connection
  }
}

/** What the server, the driver or the allowlist has said, out of what says where. */
export function innermost(error: unknown): unknown {
  if (error instanceof ScopedFailure) return error.fault
  return error instanceof ExchangeFailure ? error.cause : error
}

/** Whether an error, in whichever of ours, says that the connection is gone. */
export const isLost = (error: unknown): boolean => isConnectionLost(innermost(error))

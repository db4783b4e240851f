import { type ErrorCode, MillraceError } from '../errors.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly detail: string
  /** Seconds. */
  readonly retryAfter?: number
  /** The connection is gone, and with it probably the others that were opened with it. */
  readonly lost?: true
}

const unreachable: Meaning = {
  code: 'REPLICA_UNAVAILABLE',
  detail: 'the replica cannot be reached',
  retryAfter: 2,
  lost: true,
}
const exhausted: Meaning = { code: 'REPLICA_UNAVAILABLE', detail: 'the replica is out of resources', retryAfter: 5 }
const conflict: Meaning = {
  code: 'REPLICA_UNAVAILABLE',
  detail: 'the replica gave precedence to its replication',
  retryAfter: 1,
}
const refused: Meaning = { code: 'VALUE_REFUSED', detail: 'a value is outside the range of its type' }
const late: Meaning = { code: 'STATEMENT_TIMEOUT', detail: 'the statement was ended by its time limit' }
/** The server has one SQLSTATE for both, and says which in a language of its own. */
const cancelled: Meaning = {
  code: 'REPLICA_UNAVAILABLE',
  detail: 'the statement was cancelled on the replica',
  retryAfter: 2,
}
const unexpected: Meaning = { code: 'INTERNAL', detail: 'the replica refused a statement' }

/** SQLSTATEs (five characters), their classes (two), and the system's words for what befalls a socket. */
const meanings: Readonly<Record<string, Meaning>> = {
  '08': unreachable,
  '22003': refused,
  '22008': refused,
  '25P03': unreachable,
  '25P04': late,
  '28000': { ...unreachable, detail: 'the replica does not accept the credentials of the secret', retryAfter: 10 },
  '28P01': { ...unreachable, detail: 'the replica does not accept the credentials of the secret', retryAfter: 10 },
  '40001': conflict,
  '40P01': conflict,
  '53100': exhausted,
  '53200': exhausted,
  '53300': exhausted,
  '57014': late,
  '57P01': unreachable,
  '57P02': unreachable,
  '57P03': { ...unreachable, detail: 'the replica is starting or stopping' },
  '57P04': unreachable,
  '57P05': unreachable,
  ECONNABORTED: unreachable,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EHOSTDOWN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETDOWN: unreachable,
  ENETUNREACH: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EPIPE: unreachable,
  ETIMEDOUT: unreachable,
}

/** What the driver throws without a code, when a connection ends or does not come about. */
const driver =
  /^(Connection terminated|timeout e|Client (was closed|has encountered)|Cannot use a pool|read |write |The server does not support SSL|There was an error establishing an SSL)/

function meaningOf(error: unknown): Meaning {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code === 'string') return meanings[code] ?? meanings[code.slice(0, 2)] ?? unexpected
  return typeof message === 'string' && driver.test(message) ? unreachable : unexpected
}

/** Whether an error says that the connection is gone: what it asked may be asked once more on another. */
export const isConnectionLost = (error: unknown): boolean => meaningOf(error).lost === true

/** An error of the server or the driver as one of ours; one of ours as it is. */
export function faultOf(error: unknown): MillraceError {
  return error instanceof MillraceError ? error : fault(meaningOf(error), error)
}

/** As `faultOf`, of a statement that may have run for `limit` milliseconds and ran for `milliseconds`. */
export function statementFaultOf(error: unknown, milliseconds: number, limit: number): MillraceError {
  const isCancelled = (error as { code?: unknown } | null)?.code === '57014' && milliseconds < limit
  return isCancelled ? fault(cancelled, error) : faultOf(error)
}

function fault({ code, detail, retryAfter }: Meaning, error: unknown): MillraceError {
  return new MillraceError(code, detail, {
    cause: withoutData(error),
    ...(retryAfter !== undefined && { retryAfter }),
  })
}

/** An error while a connection was made: whatever it is, there is none. */
export function connectFaultOf(error: unknown): MillraceError {
  if (error instanceof MillraceError && error.code === 'REPLICA_UNAVAILABLE') return error
  const known = meaningOf(error)
  const { detail, retryAfter = 2 } = known.code === 'REPLICA_UNAVAILABLE' ? known : unreachable
  return new MillraceError('REPLICA_UNAVAILABLE', detail, { cause: withoutData(error), retryAfter })
}

/**
 * The server's error for the log: its code, its message and where in the statement it lies. Never its detail, hint and
 * context, nor the message of a data exception (class 22): these repeat values of rows, which may be of any tenant,
 * since the planner is free to look at a row before its tenant is looked at.
 */
function withoutData(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  if (error instanceof MillraceError) return error
  const { code, position, routine } = error as { code?: unknown; position?: unknown; routine?: unknown }
  const message =
    typeof code === 'string' && code.startsWith('22') ? `data exception (${String(routine)})` : error.message
  return Object.assign(new Error(message), { code, position })
}

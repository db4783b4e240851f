import { MillraceError } from '../../errors.ts'

interface Meaning {
  readonly detail: string
  /** Seconds. */
  readonly retryAfter: number
}

const unreachable: Meaning = { detail: 'PostgreSQL cannot be reached', retryAfter: 2 }
const credentials: Meaning = { detail: 'it does not accept the credentials of the secret', retryAfter: 10 }
const exhausted: Meaning = { detail: 'it is out of resources', retryAfter: 10 }
const late: Meaning = { detail: 'it took too long', retryAfter: 2 }
const conflict: Meaning = { detail: 'it gave precedence to another transaction', retryAfter: 1 }
const unprepared: Meaning = { detail: 'its schema is missing or older than this version', retryAfter: 10 }
const readOnly: Meaning = { detail: 'it takes no writes', retryAfter: 5 }

/** SQLSTATEs (five characters) and their classes (two). */
const meanings: Readonly<Record<string, Meaning>> = {
  '08': unreachable,
  '25006': readOnly,
  '25P03': late,
  '25P04': late,
  '28': credentials,
  '3D000': { detail: 'its database does not exist', retryAfter: 10 },
  '3F000': unprepared,
  '40': conflict,
  '42501': { detail: 'its role lacks a privilege', retryAfter: 10 },
  '42703': unprepared,
  '42P01': unprepared,
  '53': exhausted,
  '53100': { detail: 'its disk is full', retryAfter: 10 },
  '53300': { detail: 'it has no connection left', retryAfter: 5 },
  '55P03': late,
  '57014': late,
  '57': unreachable,
  '58': { detail: 'its files cannot be read or written', retryAfter: 10 },
}

/** What the driver throws without a code, when a connection ends or does not come about. */
const driver =
  /^(Connection terminated|timeout e|Query read timeout|Client (was closed|has encountered)|Cannot use a pool|read |write |The server does not support SSL|There was an error establishing an SSL)/

function meaningOf(error: unknown): Meaning | undefined {
  const { code, message, syscall } = (error ?? {}) as { code?: unknown; message?: unknown; syscall?: unknown }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) {
    const meaning = meanings[code] ?? meanings[code.slice(0, 2)]
    if (meaning !== undefined) return meaning
  }
  // Of the socket, the name look-up or TLS.
  if (
    typeof syscall === 'string' ||
    (typeof code === 'string' && /^(E[A-Z]{3,}|ERR_(TLS|SSL)|CERT_|DEPTH_|SELF_|UNABLE_)/.test(code))
  )
    return unreachable
  return typeof message === 'string' && driver.test(message) ? unreachable : undefined
}

/** Whether the connection is gone, or did not come about. */
export const isUnreachable = (error: unknown): boolean => meaningOf(error) === unreachable

/** An error of the server or the driver as one of ours, without what it quotes of rows or credentials; one of ours as it is. */
export function storeFaultOf(error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  const meaning = meaningOf(error)
  const cause = withoutData(error)
  if (meaning === undefined) return new MillraceError('INTERNAL', 'the reporting store refused a statement', { cause })
  return new MillraceError('STORE_UNAVAILABLE', meaning.detail, { cause, retryAfter: meaning.retryAfter })
}

/** The server's detail, hint and context, and the message of a data exception, repeat values of rows. */
function withoutData(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  const { code, routine } = error as { code?: unknown; routine?: unknown }
  const quotes = typeof code === 'string' && /^2[23]/.test(code)
  return Object.assign(new Error(quotes ? `data exception (${String(routine)})` : error.message), { code })
}

import type { IncomingHttpHeaders } from 'node:http'
import { MillraceError } from '../errors.ts'
import { type Position, parsePosition } from '../report/position.ts'

/**
 * The position that the client's own write is at, in `Millrace-Position`: what PostgreSQL gives it after the commit
 * (`pg_current_wal_insert_lsn()`), or what an earlier answer has said. Throws REQUEST_INVALID.
 */
export function askedPosition({ 'millrace-position': given }: IncomingHttpHeaders): Position | undefined {
  if (given === undefined) return undefined
  const position = typeof given === 'string' ? parsePosition(given) : undefined
  if (position !== undefined) return position
  throw new MillraceError('REQUEST_INVALID', 'Millrace-Position is an LSN such as 16/B374D848, or 16 hex digits')
}

import { MillraceError } from '../errors.ts'

/** The number of a port. Throws COMMAND_INVALID. */
export function portOf(given: string, option = '--port'): number {
  const port = Number(given)
  if (/^\d{1,5}$/.test(given) && port <= 65_535) return port
  throw new MillraceError('COMMAND_INVALID', `${option}: expected a whole number from 0 to 65535`)
}

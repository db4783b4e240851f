import { MillraceError } from '../errors.ts'
import type { ViewerRequest } from './viewer.ts'

/** RFC 6750: the scheme in any case, and a token of these characters only. */
const credentials = /^bearer +([\w\-.~+/]+=*)$/i

/** The token of `Authorization: Bearer`, the only place a token is taken from: one in a URL ends up in logs. */
export function bearerToken({ headers }: ViewerRequest): string {
  const { authorization } = headers
  if (authorization === undefined) throw new MillraceError('UNAUTHENTICATED', 'no Authorization header')
  const token = typeof authorization === 'string' ? credentials.exec(authorization)?.[1] : undefined
  if (token === undefined)
    throw new MillraceError('UNAUTHENTICATED', 'the Authorization header is not one Bearer token')
  return token
}

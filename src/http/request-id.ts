import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** An id from outside is put into logs and answers: it must not be able to forge a line of them, nor to fill them. */
const sane = /^[\w.:+/=-]{8,128}$/

/** W3C Trace Context, level 1. */
const trace = /^[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/** The id of the request that a proxy or client has given it in `X-Request-Id`, if it is one; else a new one. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && sane.test(given) ? given : randomUUID()
}

/** `traceparent` as it came; undefined where it is none. */
export function traceparentOf({ traceparent }: IncomingHttpHeaders): string | undefined {
  return typeof traceparent === 'string' && trace.test(traceparent) ? traceparent : undefined
}

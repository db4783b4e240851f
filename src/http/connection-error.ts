import type { Socket } from 'node:net'
import { MillraceError } from '../errors.ts'
import { securityHeaders } from './headers.ts'
import { problemMediaType, problemOf } from './problem.ts'
import { requestIdOf } from './request-id.ts'

const details: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'the headers are too large',
  ERR_HTTP_REQUEST_TIMEOUT: 'the request did not arrive in time',
}

/** Answers what is not even HTTP, and so reaches no route. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const detail = details[error.code ?? ''] ?? 'the request cannot be read'
  const problem = problemOf(new MillraceError('REQUEST_INVALID', detail), requestIdOf({}))
  const body = JSON.stringify(problem)
  const headers = {
    ...securityHeaders,
    connection: 'close',
    'content-type': problemMediaType,
    'content-length': Buffer.byteLength(body),
    'x-request-id': problem.requestId,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('')}\r\n${body}`)
}

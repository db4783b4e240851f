import type { FastifyReply, FastifyRequest } from 'fastify'
import { refusalOf } from './framework-error.ts'
import { lackOf } from './lack.ts'
import { loggedError } from './logged-error.ts'
import { problemOf } from './problem.ts'
import { traceparentOf } from './request-id.ts'
import { respondWithProblem } from './respond.ts'

export interface ErrorPlace {
  readonly request: FastifyRequest
  readonly requestId: string
  /** Whether the client went away, so that nobody is answered. */
  readonly gone: boolean
}

/** Logs an error, and answers with its problem document. */
export function answerError(raw: unknown, reply: FastifyReply, place: ErrorPlace): FastifyReply {
  const error = refusalOf(raw)
  logError(error, place)
  return respondWithProblem(reply, problemOf(error, place.requestId))
}

/** What was refused with its code, what failed with its causes. */
export function logError(error: unknown, { request, requestId, gone }: ErrorPlace): void {
  const { code, status, detail } = problemOf(error, requestId)
  const traceparent = traceparentOf(request.headers)
  const line = {
    // The request's logger has said its own id already.
    ...(request.id === requestId ? {} : { requestId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    code,
    status,
  }
  if (gone) request.log.info(line, 'the client went away')
  else if (status < 500) request.log.info({ ...line, detail, ...lackOf(error) }, 'request refused')
  else request.log.error({ ...line, error: loggedError(error) }, 'request failed')
}

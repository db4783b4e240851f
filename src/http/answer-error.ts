import type { FastifyReply, FastifyRequest } from 'fastify'
import { PermissionLacking } from '../access/authorize.ts'
import { refusalOf } from './framework-error.ts'
import { loggedError } from './logged-error.ts'
import { problemOf } from './problem.ts'
import { traceparentOf } from './request-id.ts'
import { respondWithProblem } from './respond.ts'

/** Logs an error, with its causes where it is ours to mend, and answers with its problem document. */
export function answerError(
  raw: unknown,
  {
    request,
    reply,
    requestId,
    gone,
  }: { request: FastifyRequest; reply: FastifyReply; requestId: string; gone: boolean },
): FastifyReply {
  const error = refusalOf(raw)
  const problem = problemOf(error, requestId)
  const { code, status } = problem
  const traceparent = traceparentOf(request.headers)
  const line = {
    // The request's logger has said its own id already.
    ...(request.id === requestId ? {} : { requestId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    code,
    status,
  }
  if (gone) request.log.info(line, 'the client went away')
  else if (status < 500) request.log.info({ ...line, detail: problem.detail, ...lackOf(error) }, 'request refused')
  else request.log.error({ ...line, error: loggedError(error) }, 'request failed')
  return respondWithProblem(reply, problem)
}

/** What only the log may know of a report that the viewer was told does not exist (law T7). */
function lackOf(error: unknown): { readonly lacks?: string } {
  const { cause } = error as { readonly cause?: unknown }
  return cause instanceof PermissionLacking ? { lacks: cause.permission } : {}
}

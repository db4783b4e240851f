import type { FastifyReply, FastifyRequest } from 'fastify'
import { entityTag, isMatched } from './entity-tag.ts'
import { freshnessHeaders, notKept } from './headers.ts'
import { problemMediaType } from './problem.ts'
import type { Problem, ReadResult, ReportAnswer } from './wire.ts'

const json = 'application/json; charset=utf-8'

/** The document, or 304 where the client has it. */
export function respond(request: FastifyRequest, reply: FastifyReply, document: object): FastifyReply {
  const text = JSON.stringify(document)
  return conditionally(request, reply, text, text)
}

/**
 * The answer, or 304 where the client has it already. What says how current it is changes with every commit on the
 * source, and stands in headers too; the entity tag is of all the rest.
 */
export function respondWithAnswer(request: FastifyRequest, reply: FastifyReply, answer: ReportAnswer): FastifyReply {
  const { asOf, lagSeconds, position, ...lasting } = answer
  if (asOf !== null) reply.header(freshnessHeaders.asOf, asOf)
  if (lagSeconds !== null) reply.header(freshnessHeaders.lagSeconds, lagSeconds)
  if (position !== null) reply.header(freshnessHeaders.position, position)
  const text = JSON.stringify(lasting)
  const moment = JSON.stringify({ asOf, lagSeconds, position })
  return conditionally(request, reply, text, `${moment.slice(0, -1)},${text.slice(1)}`)
}

function conditionally(request: FastifyRequest, reply: FastifyReply, lasting: string, body: string): FastifyReply {
  const tag = entityTag(lasting)
  reply.header('etag', tag)
  if (isMatched(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type(json).send(body)
}

export function respondWithResults(reply: FastifyReply, results: readonly ReadResult[]): FastifyReply {
  return reply.type(json).send(JSON.stringify({ results }))
}

export function respondToProbe(reply: FastifyReply, status: 'live' | 'ready'): FastifyReply {
  return reply.headers(notKept).type(json).send(JSON.stringify({ status }))
}

export function respondWithProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  reply.headers(notKept)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter)
  return reply.code(problem.status).type(problemMediaType).send(JSON.stringify(problem))
}

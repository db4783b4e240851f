import type { FastifyReply, FastifyRequest } from 'fastify'
import { entityTag, isMatched } from './entity-tag.ts'
import { freshnessHeaders, notKept } from './headers.ts'
import { problemMediaType } from './problem.ts'
import type { ConditionalRequest, Problem, ReadResult, ReportAnswer } from './wire.ts'

const json = 'application/json; charset=utf-8'

/** The document, or 304 where the client has it. */
export function respond(request: FastifyRequest, reply: FastifyReply, document: object): FastifyReply {
  const text = JSON.stringify(document)
  return conditionally(request, reply, text, text)
}

/**
 * The answer, or 304 where the client has it already. What says how current it is changes with every commit on the
 * source, and stands in headers too, as does how far its counters have come; the entity tag is of all the rest.
 */
export function respondWithAnswer(request: FastifyRequest, reply: FastifyReply, answer: ReportAnswer): FastifyReply {
  const { asOf, lagSeconds, position, progress } = answer
  if (asOf !== null) reply.header(freshnessHeaders.asOf, asOf)
  if (lagSeconds !== null) reply.header(freshnessHeaders.lagSeconds, lagSeconds)
  if (position !== null) reply.header(freshnessHeaders.position, position)
  if (progress != null) reply.header(freshnessHeaders.progress, progress)
  const { moment, lasting } = partsOf(answer)
  return conditionally(request, reply, lasting, joined(moment, lasting))
}

/** Rows that an engine gives again, written once. */
const written = new WeakMap<ReportAnswer['rows'], string>()

/** Of an answer what changes with every commit on the source, or while counters are built, and what does not; both as JSON. */
function partsOf({ asOf, lagSeconds, position, progress, rows, ...lasting }: ReportAnswer) {
  const rowsText = written.get(rows) ?? JSON.stringify(rows)
  written.set(rows, rowsText)
  return {
    moment: JSON.stringify({ asOf, lagSeconds, position, progress }),
    lasting: `${JSON.stringify(lasting).slice(0, -1)},"rows":${rowsText}}`,
  }
}

const joined = (moment: string, lasting: string): string => `${moment.slice(0, -1)},${lasting.slice(1)}`

function conditionally(request: FastifyRequest, reply: FastifyReply, lasting: string, body: string): FastifyReply {
  const tag = entityTag(lasting)
  reply.header('etag', tag)
  if (isMatched(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type(json).send(body)
}

/** Each result with its entity tag, in the order of the requests; without its answer where the request has the tag. */
export function respondWithResults(
  reply: FastifyReply,
  requests: readonly ConditionalRequest[],
  results: readonly ReadResult[],
): FastifyReply {
  const texts = results.map((result, at) => {
    if ('problem' in result) return JSON.stringify(result)
    const { moment, lasting } = partsOf(result.answer)
    const etag = entityTag(lasting)
    const named = JSON.stringify({ report: result.report, etag }).slice(0, -1)
    return requests[at]?.etag === etag
      ? `${named},"unchanged":${moment}}`
      : `${named},"answer":${joined(moment, lasting)}}`
  })
  return reply.type(json).send(`{"results":[${texts.join(',')}]}`)
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

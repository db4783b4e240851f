import type { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Viewer, ViewerOf } from '../access/viewer.ts'
import { answerError, logError } from './answer-error.ts'
import { askedPosition } from './asked-position.ts'
import { eventStreamMediaType, openEventStream } from './event-stream.ts'
import { isOfHost } from './framework-error.ts'
import { goneSignal } from './gone.ts'
import { cacheHeaders, notKept, securityHeaders } from './headers.ts'
import { acceptedLanguages } from './languages.ts'
import type { Metrics } from './metrics.ts'
import { oncePer } from './once-per.ts'
import { type OpenApiOptions, openApiDocument } from './openapi.ts'
import { givenIn } from './parameters.ts'
import type { AnyReports, ReadOptions } from './reports.ts'
import { requestIdOf } from './request-id.ts'
import { requestsIn } from './requests.ts'
import { respond, respondToProbe, respondWithAnswer, respondWithResults } from './respond.ts'

export interface MillraceReportsOptions {
  readonly reports: AnyReports
  /** Who is asking: `jwtViewer(…)`, or `viewerOf(…)` of the host's own function. */
  readonly viewer: ViewerOf
  /** The id under which the log knows a request; `X-Request-Id` or a new one, unless told. */
  readonly requestId?: (request: FastifyRequest) => string
  /** Serves `/metrics`, which says nothing of tenants but is for the private network only. */
  readonly metrics?: Metrics
  /** Milliseconds between two signs of life of a stream of events, at each of which its viewer is looked at anew. 15,000. */
  readonly pingMilliseconds?: number
  readonly openApi?: Omit<OpenApiOptions, 'languages' | 'metrics'>
}

/** What is known of a request besides what it asks for. */
type Reader = Required<Omit<ReadOptions, 'onError' | 'includes'>>

/** Several reports in one request; a body of 20 with long lists of filters still fits. */
const bodyLimit = 256 * 1024

interface Named {
  Params: { name: string }
}

/**
 * The HTTP interface of reports as a Fastify 5 plugin. It keeps to itself: its hooks, headers and error handler are those
 * of its own routes, and it takes neither the schemas, the query parser nor the validators of the host.
 */
export const millraceReports: FastifyPluginAsync<MillraceReportsOptions> = async (app, options) => {
  const { reports, viewer: viewerOf, metrics, requestId = ({ headers }) => requestIdOf(headers) } = options
  const readers = new WeakMap<FastifyRequest, Reader>()
  const viewers = new WeakMap<FastifyRequest, Viewer>()
  const streams = new Set<Readable>()
  const ready = oncePer(1000, () => reports.ready())

  /** A hook of the host's may fail before any of ours has run. */
  function readerOf(request: FastifyRequest, reply: FastifyReply): Reader {
    const known = readers.get(request)
    if (known !== undefined) return known
    const reader: Reader = {
      requestId: requestId(request),
      signal: goneSignal(reply.raw),
      languages: acceptedLanguages(request.headers['accept-language']),
    }
    readers.set(request, reader)
    reply.headers({ ...securityHeaders, ...cacheHeaders, 'x-request-id': reader.requestId })
    return reader
  }
  const readingOf = (request: FastifyRequest, reply: FastifyReply): ReadOptions & Reader => ({
    ...readerOf(request, reply),
    includes: askedPosition(request.headers),
  })
  const viewerFor = (request: FastifyRequest) => viewers.get(request) as Viewer

  app.addHook('onRequest', async (request, reply) => {
    readerOf(request, reply)
  })

  // They would else hold up the end of the server.
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.push(null)
  })

  app.setErrorHandler((error, request, reply) => {
    const { requestId, signal } = readerOf(request, reply)
    if (isOfHost(error) && !signal.aborted) throw error
    return answerError(error, reply, { request, requestId, gone: signal.aborted })
  })

  app.get('/health/live', (_, reply) => respondToProbe(reply, 'live'))
  app.get('/health/ready', async (_, reply) => {
    await ready()
    return respondToProbe(reply, 'ready')
  })
  if (metrics !== undefined)
    app.get('/metrics', async (_, reply) =>
      reply
        .headers(notKept)
        .type(metrics.contentType)
        .send(await metrics.text()),
    )

  await app.register(async (signedIn) => {
    signedIn.addHook('onRequest', async (request) => {
      viewers.set(request, await viewerOf({ headers: request.headers }))
    })

    signedIn.get('/openapi.json', (request, reply) => {
      const { languages } = readerOf(request, reply)
      const document = openApiDocument(reports.readable(viewerFor(request)), {
        server: app.prefix === '' ? '/' : app.prefix,
        ...options.openApi,
        languages,
        metrics: metrics !== undefined,
      })
      return respond(request, reply, document)
    })

    signedIn.get('/reports', (request, reply) => {
      const { languages } = readerOf(request, reply)
      return respond(request, reply, { reports: reports.list(viewerFor(request), languages) })
    })

    signedIn.get('/reports/events', { exposeHeadRoute: false }, async (request, reply) => {
      const stream = await openEventStream({
        reports,
        viewer: viewerFor(request),
        viewerAgain: () => viewerOf({ headers: request.headers }),
        lastEventId: request.headers['last-event-id'] as string | undefined,
        pingMilliseconds: options.pingMilliseconds,
      })
      // By the standard, to be asked for no more.
      if (stream === undefined) return reply.headers(notKept).code(204).send()
      streams.add(stream)
      stream.once('close', () => streams.delete(stream))
      // A proxy that buffers would hold events back.
      return reply
        .headers({ ...notKept, 'x-accel-buffering': 'no' })
        .type(eventStreamMediaType)
        .send(stream)
    })

    signedIn.get<Named>('/reports/:name', (request, reply) => {
      const { languages } = readerOf(request, reply)
      return respond(request, reply, reports.describe(viewerFor(request), request.params.name, languages))
    })

    signedIn.get<Named>('/reports/:name/rows', async (request, reply) => {
      const given = givenIn(queryOf(request))
      const answer = await reports.read(viewerFor(request), request.params.name, given, readingOf(request, reply))
      return respondWithAnswer(request, reply, answer)
    })

    signedIn.get<{ Params: { name: string; filter: string } }>(
      '/reports/:name/options/:filter',
      async (request, reply) => {
        const { name, filter } = request.params
        return respond(
          request,
          reply,
          await reports.options(viewerFor(request), name, filter, readingOf(request, reply)),
        )
      },
    )

    signedIn.post('/reports/rows', { bodyLimit }, async (request, reply) => {
      const reader = readingOf(request, reply)
      const onError = (error: unknown) =>
        logError(error, { request, requestId: reader.requestId, gone: reader.signal.aborted })
      const requests = requestsIn(request.body)
      const results = await reports.readMany(viewerFor(request), requests, { ...reader, onError })
      return respondWithResults(reply, requests, results)
    })
  })
}

/** As it came: a host's own query parser may make something else of a repeated name, or of brackets. */
function queryOf({ raw }: FastifyRequest): string {
  const url = raw.url ?? ''
  const at = url.indexOf('?')
  return at === -1 ? '' : url.slice(at + 1)
}

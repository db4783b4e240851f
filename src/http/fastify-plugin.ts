import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { PermissionLacking } from '../access/authorize.ts'
import type { Viewer, ViewerOf } from '../access/viewer.ts'
import { refusalOf } from './framework-error.ts'
import { goneSignal } from './gone.ts'
import { cacheHeaders, securityHeaders } from './headers.ts'
import { acceptedLanguages } from './languages.ts'
import { loggedError } from './logged-error.ts'
import { oncePer } from './once-per.ts'
import { givenIn } from './parameters.ts'
import { problemOf } from './problem.ts'
import type { AnyReports, ReadOptions } from './reports.ts'
import { requestIdOf, traceparentOf } from './request-id.ts'
import { requestsIn } from './requests.ts'
import { respond, respondWithAnswer, respondWithProblem } from './respond.ts'

export interface MillraceReportsOptions {
  readonly reports: AnyReports
  /** Who is asking: `jwtViewer(…)`, or `viewerOf(…)` of the host's own function. */
  readonly viewer: ViewerOf
  /** The id under which the log knows a request; `X-Request-Id` or a new one, unless told. */
  readonly requestId?: (request: FastifyRequest) => string
}

/** What is known of a request besides what it asks for. */
interface Reader extends Required<ReadOptions> {
  readonly requestId: string
}

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
  const { reports, viewer: viewerOf, requestId = ({ headers }) => requestIdOf(headers) } = options
  const readers = new WeakMap<FastifyRequest, Reader>()
  const viewers = new WeakMap<FastifyRequest, Viewer>()
  const ready = oncePer(1000, () => reports.ready())

  const readerOf = (request: FastifyRequest) => readers.get(request) as Reader
  const viewerFor = (request: FastifyRequest) => viewers.get(request) as Viewer

  app.addHook('onRequest', async (request, reply) => {
    const reader: Reader = {
      requestId: requestId(request),
      signal: goneSignal(reply.raw),
      languages: acceptedLanguages(request.headers['accept-language']),
    }
    readers.set(request, reader)
    reply.headers({ ...securityHeaders, ...cacheHeaders, 'x-request-id': reader.requestId })
  })

  app.setErrorHandler((raw, request, reply) => {
    const error = refusalOf(raw)
    const { requestId, signal } = readerOf(request)
    const problem = problemOf(error, requestId)
    const { code, status } = problem
    const trace = traceparentOf(request.headers)
    const line = { requestId, ...(trace === undefined ? {} : { traceparent: trace }), code, status }
    if (signal.aborted) request.log.info(line, 'the client went away')
    else if (status < 500) request.log.info({ ...line, ...lackOf(error) }, 'request refused')
    else request.log.error({ ...line, error: loggedError(error) }, 'request failed')
    return respondWithProblem(reply, problem)
  })

  app.get('/health/live', (request, reply) => respond(request, reply, { status: 'live' }))
  app.get('/health/ready', async (request, reply) => {
    await ready()
    return respond(request, reply, { status: 'ready' })
  })

  await app.register(async (signedIn) => {
    signedIn.addHook('onRequest', async (request) => {
      viewers.set(request, await viewerOf({ headers: request.headers }))
    })

    signedIn.get('/reports', (request, reply) => {
      const { languages } = readerOf(request)
      return respond(request, reply, { reports: reports.list(viewerFor(request), languages) })
    })

    signedIn.get<Named>('/reports/:name', (request, reply) => {
      const { languages } = readerOf(request)
      return respond(request, reply, reports.describe(viewerFor(request), request.params.name, languages))
    })

    signedIn.get<Named>('/reports/:name/rows', async (request, reply) => {
      const given = givenIn(queryOf(request))
      const answer = await reports.read(viewerFor(request), request.params.name, given, readerOf(request))
      return respondWithAnswer(request, reply, answer)
    })

    signedIn.get<{ Params: { name: string; filter: string } }>(
      '/reports/:name/options/:filter',
      async (request, reply) => {
        const { name, filter } = request.params
        return respond(request, reply, await reports.options(viewerFor(request), name, filter, readerOf(request)))
      },
    )

    signedIn.post('/reports/rows', { bodyLimit }, async (request, reply) => {
      const results = await reports.readMany(viewerFor(request), requestsIn(request.body), readerOf(request))
      return reply.type('application/json; charset=utf-8').send(JSON.stringify({ results }))
    })
  })
}

/** As it came: a host's own query parser may make something else of a repeated name, or of brackets. */
function queryOf({ raw }: FastifyRequest): string {
  const url = raw.url ?? ''
  const at = url.indexOf('?')
  return at === -1 ? '' : url.slice(at + 1)
}

/** What only the log may know of a report that the viewer was told does not exist (law T7). */
function lackOf(error: unknown): { readonly lacks?: string } {
  const { cause } = error as { readonly cause?: unknown }
  return cause instanceof PermissionLacking ? { lacks: cause.permission } : {}
}

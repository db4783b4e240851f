import type { IncomingMessage } from 'node:http'
import fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Logger } from 'pino'
import { MillraceError } from '../errors.ts'
import { answerError } from './answer-error.ts'
import { refuseConnection } from './connection-error.ts'
import { type MillraceReportsOptions, millraceReports } from './fastify-plugin.ts'
import { securityHeaders } from './headers.ts'
import { requestIdOf, traceparentOf } from './request-id.ts'

export interface ReportServerOptions extends Omit<MillraceReportsOptions, 'requestId'> {
  readonly logger: Logger
  /** Before every path, such as `/api`. None. */
  readonly prefix?: string
  /** Whether `X-Forwarded-For` is believed: only behind a proxy that sets it. */
  readonly trustProxy?: boolean
}

export interface ReportServer {
  readonly app: FastifyInstance
  /** The address it listens at, as a URL. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>
  /**
   * Goes on serving for `drainSeconds`, in which a load balancer takes it out; then takes no more requests, and ends when
   * those under way have ended, or after `graceSeconds` (30) without them, which cancels their statements.
   */
  close(options?: { readonly drainSeconds?: number; readonly graceSeconds?: number }): Promise<void>
}

/** A server of its own around the plugin, for who has no host application to mount it in. */
export function createReportServer(options: ReportServerOptions): ReportServer {
  const { logger, prefix = '', trustProxy = false, ...plugin } = options
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: ({ headers }: IncomingMessage) => requestIdOf(headers),
    requestIdHeader: false,
    trustProxy,
    bodyLimit: 64 * 1024,
    // A request must be there within the time; a load balancer's idle connections (60 s on AWS) end on its side first.
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...securityHeaders, 'x-request-id': request.id })
      answerError(error, reply, { request, requestId: request.id, gone: false })
    },
    clientErrorHandler: refuseConnection,
  }) as unknown as FastifyInstance

  let closing = false
  // A connection that is kept alive after its answer would hold up the end until it times out.
  app.addHook('onSend', async (_, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  app.addHook('onResponse', async (request, reply) => {
    const traceparent = traceparentOf(request.headers)
    request.log.info(
      {
        ...(traceparent === undefined ? {} : { traceparent }),
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        milliseconds: reply.elapsedTime,
        ip: request.ip,
      },
      'request',
    )
  })
  app.setErrorHandler((error, request, reply) =>
    answerError(error, reply, { request, requestId: request.id, gone: false }),
  )
  app.setNotFoundHandler((request, reply) => {
    reply.headers({ ...securityHeaders, 'x-request-id': request.id })
    const error = new MillraceError('NOT_FOUND', 'there is no such path, or not with this method')
    return answerError(error, reply, { request, requestId: request.id, gone: false })
  })
  app.register(millraceReports, { ...plugin, prefix, requestId: (request) => request.id })

  return {
    app,
    listen: (at) => app.listen(at),
    async close({ drainSeconds = 0, graceSeconds = 30 } = {}) {
      if (drainSeconds > 0) await new Promise((resolve) => setTimeout(resolve, drainSeconds * 1000))
      closing = true
      const end = setTimeout(() => app.server.closeAllConnections(), graceSeconds * 1000)
      await app.close().finally(() => clearTimeout(end))
    },
  }
}

import { once } from 'node:events'
import { auditTo, createLogger } from '../http/log.ts'
import { createMetrics } from '../http/metrics.ts'
import type { ReportServer } from '../http/server.ts'
import { type Millrace, startMillrace } from '../start.ts'
import { exitCodes } from './exit-code.ts'
import { listenFailure } from './listen-failure.ts'
import { loadConfig } from './load-config.ts'
import { portOf } from './port.ts'
import type { CommonOptions, Verb } from './verb.ts'
import { warnTo } from './warn.ts'

interface ServeOptions extends CommonOptions {
  readonly host?: string
  readonly port?: string
}

/** `millrace serve`: the HTTP interface, until it is asked to end. */
export const serve: Verb<ServeOptions> = {
  declare(command) {
    command
      .description('serve the HTTP interface')
      .option('--host <address>', 'where to listen (default: `listen.host`, or 127.0.0.1)')
      .option('--port <number>', 'the port (default: `listen.port`, or 4000; 0: any that is free)')
      .addHelpText('after', '\nIt logs JSON lines to standard output, and ends on SIGTERM or Ctrl+C.')
  },

  async act({ folder, err, signal }, { config: file, json, host, port }) {
    const given = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port: portOf(port) }) }
    const config = await loadConfig({ folder, file })
    // Fastify is an optional peer, which no other verb needs.
    const { createReportServer } = await import('../http/server.ts')
    const logger = createLogger()
    const tell = warnTo(err)
    let millrace: Millrace | undefined
    const metrics = createMetrics({
      statistics: () => (millrace as Millrace).replica.statistics(),
      freshness: () => (millrace as Millrace).replica.freshness(),
      storeFreshness: () => (millrace as Millrace).store?.freshness(),
      listeners: () => (millrace as Millrace).reports.listeners(),
      process: true,
    })
    millrace = await startMillrace(config, {
      audit: auditTo(logger),
      warn: (message, about) => {
        logger.warn({ about }, message)
        if (!json) tell(message)
      },
      observe: metrics.observe,
      observer: { exchanged: metrics.exchanged },
      consumed: metrics.consumed,
      compared: (comparison) => {
        metrics.compared(comparison)
        if (comparison.outcome === 'different') logger.error(comparison, 'the store and the replica differ')
      },
    })
    const { reports, viewer, catalog } = millrace
    const { trustProxy = false } = config.listen ?? {}
    const server = createReportServer({ reports, viewer, metrics, logger, trustProxy })
    try {
      const address = await listen(server, { host: '127.0.0.1', port: 4000, ...config.listen, ...given })
      const served = `${catalog.reports.length} ${catalog.reports.length === 1 ? 'report' : 'reports'}`
      if (!json) err.write(`millrace serves ${served} at ${address}; Ctrl+C ends it\n`)
      if (!signal.aborted) await once(signal, 'abort')
      logger.info('ending: no more requests are taken')
    } finally {
      await server.close()
      await millrace.close()
    }
    return exitCodes.done
  },
}

/** Throws LISTEN_FAILED. */
async function listen(server: ReportServer, at: { readonly host: string; readonly port: number }): Promise<string> {
  try {
    return await server.listen(at)
  } catch (cause) {
    throw listenFailure(at, cause)
  }
}

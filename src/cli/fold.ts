import { setTimeout as delay } from 'node:timers/promises'
import { configuredTenants } from '../configured-tenants.ts'
import { MillraceError } from '../errors.ts'
import { fold as foldChanges } from '../fold/fold.ts'
import type { FoldEvent, Observe } from '../fold/fold-event.ts'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { loadSecret } from '../secret/load-secret.ts'
import type { PostgresStore } from '../store/postgres/postgres-store.ts'
import { exitCodes } from './exit-code.ts'
import { createFoldMetrics } from './fold-metrics.ts'
import { foldOutput } from './fold-output.ts'
import { startFoldServer } from './fold-server.ts'
import { nextState, startingState } from './fold-state.ts'
import { readFoldStatus } from './fold-status.ts'
import { foldedBy } from './folded.ts'
import { loadConfig } from './load-config.ts'
import { openedStore } from './opened-store.ts'
import { portOf } from './port.ts'
import { replicationSettings } from './replication-settings.ts'
import type { CommonOptions, Verb } from './verb.ts'
import { warnTo } from './warn.ts'

interface FoldVerbOptions extends CommonOptions {
  readonly once?: boolean
  readonly metricsPort?: string
  readonly metricsHost?: string
}

/** `millrace fold`: follows the changes of the database into the reporting store, until it is asked to end. */
export const fold: Verb<FoldVerbOptions> = {
  declare(command) {
    command
      .description('fold the changes of the database into the reporting store')
      .option('--once', 'end once everything is built, and folded that was committed before')
      .option('--metrics-port <number>', 'also serve /metrics, /health/live and /health/ready (0: any that is free)')
      .option('--metrics-host <address>', 'where to serve them (default: 127.0.0.1)')
      .addHelpText(
        'after',
        '\nIt ends on SIGTERM or Ctrl+C, with its last batch in the store. Of several, one folds, and the others wait.',
      )
  },

  async act({ folder, out, err, signal }, options) {
    const { config: file, json = false, once = false, metricsPort, metricsHost = '127.0.0.1' } = options
    const port = metricsPort === undefined ? undefined : portOf(metricsPort, '--metrics-port')
    const config = await loadConfig({ folder, file })
    const { reports, sources } = foldedBy(config)
    const replication = await replicationSettings(config)
    const secret = await loadSecret(config.analytics)
    const store = await openedStore(config, secret)
    const warn = json ? () => {} : warnTo(err)
    const tenants = configuredTenants(config, () => secret, { warn })
    const output = foldOutput(out, json)
    const metrics = createFoldMetrics({ status: () => readFoldStatus(store, replication), process: true })
    let state = startingState
    const observe = (event: FoldEvent) => {
      state = nextState(state, event)
      metrics.observe(event)
      output.tell(event, state)
    }
    const at = { host: metricsHost, port: port ?? 0 }
    const server = port === undefined ? undefined : await startFoldServer(at, metrics, () => state)
    try {
      if (server !== undefined && !json) err.write(`metrics and health at ${server.address}\n`)
      await migrated(store, { once, signal, observe })
      await tenants.start()
      const { insertOnly: _, snapshots, ...settings } = config.fold ?? {}
      await foldChanges({
        ...settings,
        replication,
        snapshots: snapshotSettings(snapshots, secret, replication),
        store,
        reports,
        tenants,
        insertOnly: sources.flatMap(({ source, isInsertOnly }) => (isInsertOnly ? [source] : [])),
        observe,
        signal,
        once,
      })
      // Who waits for `--once` must not take what was broken off for done.
      if (once) signal.throwIfAborted()
      return exitCodes.done
    } finally {
      output.end()
      tenants.close()
      await server?.close()
      await store.close()
    }
  },
}

const retryMilliseconds = 5_000

/** Brings the store's schema up to date. A store that is away is waited for, as it is later; but not where somebody waits. */
async function migrated(
  store: Pick<PostgresStore, 'migrate'>,
  { once, signal, observe }: { readonly once: boolean; readonly signal: AbortSignal; readonly observe: Observe },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await store.migrate()
      return
    } catch (error) {
      if (once || !(error instanceof MillraceError) || error.code !== 'STORE_UNAVAILABLE') throw error
      observe({ type: 'trouble', about: 'store', detail: error.detail })
      await delay(retryMilliseconds, undefined, { signal }).catch(() => {})
    }
  }
}

/** The standby, as the replication role reaches it: that of the reports may not pause its replay, and should not. */
function snapshotSettings(
  wanted: 'replica' | 'primary' | undefined,
  { replica }: AnalyticsSecret,
  { user, password }: ConnectionSettings,
): ConnectionSettings | undefined {
  if ((wanted ?? (replica.target === 'standby' ? 'replica' : 'primary')) === 'primary') return undefined
  const { host, port, database, ssl, ca } = replica
  return { host, port, database, ssl, user, password, ...(ca === undefined ? {} : { ca }) }
}

import { configuredTenants } from '../configured-tenants.ts'
import type { FoldEvent } from '../fold/fold-event.ts'
import { exitCodes } from './exit-code.ts'
import { createFoldMetrics } from './fold-metrics.ts'
import { foldOutput } from './fold-output.ts'
import { RotatingFoldSecrets } from './fold-secrets.ts'
import { startFoldServer } from './fold-server.ts'
import { nextState, startingState } from './fold-state.ts'
import { readFoldStatus, readSourceStatus } from './fold-status.ts'
import { foldedBy } from './folded.ts'
import { followChanges } from './follow-changes.ts'
import { loadConfig } from './load-config.ts'
import { openedStore } from './opened-store.ts'
import { portOf } from './port.ts'
import type { CommonOptions, Verb } from './verb.ts'
import { warnTo } from './warn.ts'
import { watchSlot } from './watch-slot.ts'

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
    const folded = foldedBy(config)
    const secrets = await RotatingFoldSecrets.load(config)
    const tell = json ? () => {} : warnTo(err)
    const tenants = configuredTenants(config, () => secrets.current.analytics, {
      warn: (message) => {
        tell(message)
        // A table lists them, say, and its role has another password by now.
        void secrets.refresh()
      },
    })
    const output = foldOutput(out, json)
    const status = () => readFoldStatus(store, secrets.current.replication)
    const metrics = createFoldMetrics({ status, process: true })
    const { consumed } = metrics
    const open = () =>
      openedStore(config, { secret: secrets.current.analytics, consumed, deadlineMilliseconds: 60_000 })
    let store = await open()
    let state = startingState
    const observe = (event: FoldEvent) => {
      state = nextState(state, event)
      metrics.observe(event)
      output.tell(event, state)
    }
    const slotWatch = watchSlot({
      look: async () => {
        const name = state.slot
        if (name === undefined) return undefined
        return { name, slot: (await readSourceStatus(secrets.current.replication, name)).slot }
      },
      tell: (finding) => output.tellSlot(finding),
    })
    const at = { host: metricsHost, port: port ?? 0 }
    const server = port === undefined ? undefined : await startFoldServer(at, metrics, () => state)
    try {
      if (server !== undefined && !json) err.write(`metrics and health at ${server.address}\n`)
      await tenants.start()
      const reopen = async () => {
        await store.close()
        store = await open()
        return store
      }
      await followChanges({ config, folded, secrets, tenants, store, reopen, observe, signal, once })
      // Who waits for `--once` must not take what was broken off for done.
      if (once) signal.throwIfAborted()
      return exitCodes.done
    } finally {
      slotWatch.close()
      output.end()
      tenants.close()
      await server?.close()
      await store.close()
    }
  },
}

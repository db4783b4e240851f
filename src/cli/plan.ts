import { exitCodes } from './exit-code.ts'
import { foldedBy, schemasOf, snapshotsOf } from './folded.ts'
import { loadConfig } from './load-config.ts'
import { planSql } from './plan-sql.ts'
import { planText } from './plan-text.ts'
import { isRefused, planFor } from './planned.ts'
import { planTable } from './planned-table.ts'
import { progressOn } from './progress.ts'
import { replicationSettings } from './replication-settings.ts'
import { type CommonOptions, type Verb, writeJson } from './verb.ts'
import { warnTo } from './warn.ts'

interface PlanOptions extends CommonOptions {
  readonly sql?: boolean
  readonly removeUnused?: boolean
}

/** `millrace plan`: what must be done to the transactional database so that its changes can be folded. */
export const plan: Verb<PlanOptions> = {
  declare(command) {
    command
      .description('show what the transactional database needs before its changes can be folded')
      .option('--sql', 'as a commented script for the migrations of the host')
      .option('--remove-unused', 'with --sql: also take out the tables that no report reads any more')
      .addHelpText('after', '\nIt reads and changes nothing. The exit code is 1 where something is refused.')
  },

  async act({ folder, out, err }, { config: file, json, sql = false, removeUnused = false }) {
    const config = await loadConfig({ folder, file })
    const folded = foldedBy(config)
    const settings = await replicationSettings(config)
    const progress = progressOn(err)
    try {
      const schemas = await schemasOf(config, folded, warnTo(err))
      const snapshots = await snapshotsOf(config)
      progress.show('the store')
      const store = await planTable(config)
      const planned = await planFor(settings, folded, { schemas, snapshots, store, progress: progress.show })
      progress.end()
      const refused = isRefused([...planned.server, ...planned.findings])
      if (json) writeJson(out, { refused, ...planned })
      else if (sql) out.write(planSql(planned, { removesUnused: removeUnused }))
      else out.write(planText(planned, out))
      return refused ? exitCodes.failed : exitCodes.done
    } finally {
      progress.end()
    }
  },
}

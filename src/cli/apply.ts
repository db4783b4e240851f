import { MillraceError } from '../errors.ts'
import { apply as applyPlan } from '../replication/apply.ts'
import { withClient } from '../replication/client.ts'
import type { Step } from '../replication/plan-steps.ts'
import { lsnOf } from '../replication/position.ts'
import { readRunningTransactions } from '../replication/running-transactions.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import type { DynamoTarget } from '../secret/store-target.ts'
import { exitCodes } from './exit-code.ts'
import { count } from './finding-blocks.ts'
import { foldedBy, schemasOf } from './folded.ts'
import { durationText } from './freshness-text.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { type Output, printable } from './output.ts'
import { plan } from './plan.ts'
import { aboutTable, makeTable, tableOf } from './planned-table.ts'
import { progressOn } from './progress.ts'
import { replicationSettings } from './replication-settings.ts'
import { type CommonOptions, type Verb, writeJson } from './verb.ts'
import { warnTo } from './warn.ts'

interface ApplyOptions extends CommonOptions {
  readonly sql?: boolean
  readonly removeUnused?: boolean
  readonly as?: string
}

/** `millrace apply`: runs what the plan says. */
export const apply: Verb<ApplyOptions> = {
  declare(command) {
    command
      .description('prepare the transactional database: run what the plan says; make the table of a store in DynamoDB')
      .option('--sql', 'print the statements, and run none')
      .option('--remove-unused', 'also take out the tables that no report reads any more')
      .option('--as <setting>', 'where the secret of the owner of the tables is (default: that of `replication`)')
      .addHelpText(
        'after',
        '\nEach statement is run by itself, and none waits long for a lock. It may be broken off, and run again.',
      )
  },

  async act(place, options) {
    const { folder, out, err, signal } = place
    const { config: file, json, removeUnused = false, as } = options
    if (options.sql) return await plan.act(place, options)
    const config = await loadConfig({ folder, file })
    const folded = foldedBy(config)
    const settings = await replicationSettings(config, { name: '--as', setting: as })
    const schemas = await schemasOf(config, folded, warnTo(err))
    const target = await storeTable(config, warnTo(err))
    const waiting = waitingFor(settings, err)
    try {
      const isMade = target !== undefined && (await makeTable(target))
      if (isMade && !json) out.write(`${out.paint('green', 'done')}  ${printable(aboutTable(target))}\n`)
      const { steps, position } = await applyPlan(settings, {
        sources: folded.sources,
        schemas,
        removesUnused: removeUnused,
        signal,
        onSettling: () => waiting.start(),
        onStep: ({ statement }: Step) => {
          if (!json) out.write(`${out.paint('green', 'done')}  ${printable(statement)}\n`)
        },
      })
      waiting.end()
      const made = target && { table: { table: target.table, region: target.region, isMade } }
      if (json) writeJson(out, { steps, position, ...made })
      else {
        const ran = steps.length === 0 ? 'nothing was to be done' : `${count(steps.length, 'statement')} run`
        out.write(
          `${ran}: every change is published from ${lsnOf(position)} on. Next: millrace doctor, then millrace fold.\n`,
        )
      }
      return exitCodes.done
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      waiting.end()
    }
  },
}

/** Whoever prepares the database need not have the analytics secret; then somebody else makes the table. */
async function storeTable(config: LoadedConfig, warn: (message: string) => void): Promise<DynamoTarget | undefined> {
  try {
    return await tableOf(config)
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'SECRET_MISSING') throw error
    warn(`whether the reporting store needs a table is not known: ${error.detail}`)
    return undefined
  }
}

const looksEveryMilliseconds = 1_000

/** Says for which transactions of the host it waits, for as long as it does: on a terminal as it changes, otherwise once. */
function waitingFor(settings: ConnectionSettings, err: Output) {
  const progress = progressOn(err, '')
  let timer: NodeJS.Timeout | undefined
  let hasSaid = false
  let isEnded = false
  async function say(): Promise<void> {
    const running = await withClient(settings, readRunningTransactions).catch(() => undefined)
    if (isEnded || running === undefined || running.count === 0) return
    const { oldestSeconds = 0, oldestApplication } = running
    const name = oldestApplication ? ` (${oldestApplication})` : ''
    const text = `waiting for ${count(running.count, 'transaction')} of the host to end, the oldest of ${durationText(oldestSeconds)}${name}`
    if (err.isTerminal) progress.show(text)
    else if (!hasSaid) err.write(`${printable(text)}\n`)
    hasSaid = true
  }
  return {
    start() {
      timer ??= setInterval(() => void say(), looksEveryMilliseconds)
    },
    end() {
      isEnded = true
      clearInterval(timer)
      progress.end()
    },
  }
}

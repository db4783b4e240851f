import { estimateCapacity } from '../capacity/capacity.ts'
import { completeLoad } from '../capacity/complete-load.ts'
import type { GivenLoad } from '../capacity/given-load.ts'
import { tableLayout } from '../capacity/table-layout.ts'
import { MillraceError } from '../errors.ts'
import { flushMillisecondsOf } from '../flush-interval.ts'
import { capacityJson } from './capacity-json.ts'
import { capacityText } from './capacity-text.ts'
import { exitCodes } from './exit-code.ts'
import { foldedBy } from './folded.ts'
import { givenLoad, givenPrices, wholeMilliseconds } from './given-capacity.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { measureLoad } from './measure-load.ts'
import { type CommonOptions, type Verb, writeJson } from './verb.ts'

export interface CapacityOptions extends CommonOptions {
  readonly load?: string
  readonly changes?: string
  readonly tenants?: string
  readonly skew?: string
  readonly growth?: string
  readonly peak?: string
  readonly reads?: string
  readonly flush?: string
  readonly prices?: string
  readonly seed?: string
  readonly measure?: boolean
  readonly metrics?: string
}

/** `millrace capacity`: what the reports take of DynamoDB, now and in two years, and what it costs. */
export const capacity: Verb<CapacityOptions> = {
  declare(command) {
    command
      .description('estimate what the reports take of DynamoDB, now and in two years')
      .option('--load <file>', 'a JSON file that says what the tables take (docs/operations/dynamodb-cost.md)')
      .option('--changes <per second>', 'rows that are changed, of all tables, on average')
      .option('--tenants <number>', 'how many tenants there are')
      .option('--skew <number>', 'how unequal they are: 0 not at all, 1 as a rule, 2 very')
      .option('--growth <factor>', 'changes of a year, against those of the year before')
      .option('--peak <factor>', 'changes of the busiest minutes, against the mean')
      .option('--reads <per minute>', 'how often each tenant opens each report')
      .option('--flush <milliseconds>', 'the flush interval (default: that of the configuration)')
      .option('--measure', 'take tenants, skew and rows from the counters of the store')
      .option('--metrics <url>', "take the changes per second from a worker's metrics")
      .option('--prices <file>', 'a JSON file with prices')
      .option('--seed <number>', 'of what is drawn; the same gives the same figures')
      .addHelpText('after', '\nExample:\n  millrace capacity --changes 50 --tenants 200 --growth 1.5')
  },

  async act({ folder, out, err, signal }, options) {
    const config = await loadConfig({ folder, file: options.config })
    const { reports } = foldedBy(config)
    if (reports.length === 0) throw new MillraceError('COMMAND_INVALID', 'there is no declarative report to fold')
    const measured = await measureLoad(config, reports, options, err)
    const given = { ...tenantsOf(config), ...measured, ...givenLoad(folder, options) }
    const load = completeLoad(given, reports)
    const prices = givenPrices(folder, options.prices)
    const ofDynamoDb = flushMillisecondsOf({ kind: 'dynamodb' })
    const flushMilliseconds =
      wholeMilliseconds('--flush', options.flush) ?? config.fold?.flushMilliseconds ?? ofDynamoDb
    const shards = (report: string) => config.fold?.shards?.[report] ?? 1
    signal.throwIfAborted()
    const capacity = estimateCapacity({ load, reports, flushMilliseconds, layout: tableLayout, shards }, prices)
    const told = { capacity, load, given, measured: Object.keys(measured), prices }
    if (options.json) writeJson(out, capacityJson(told))
    else out.write(capacityText(told, out))
    return exitCodes.done
  },
}

/** Of a list that the configuration holds: how long it is. Whatever asks somebody is not asked. */
const tenantsOf = ({ tenants }: LoadedConfig): GivenLoad =>
  Array.isArray(tenants) && tenants.length > 0 ? { tenants: tenants.length } : {}

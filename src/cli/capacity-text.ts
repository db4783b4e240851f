import type { CostedMoment, NearLimit } from '../capacity/capacity.ts'
import { yearsAhead } from '../capacity/capacity.ts'
import { keyLimits, newTableWriteUnitsPerSecond, shareOfLimits } from '../capacity/limits.ts'
import { changesPerSecond, type Load } from '../capacity/load.ts'
import { zipfShares } from '../capacity/zipf.ts'
import { bytesText } from './bytes-text.ts'
import type { ToldCapacity } from './capacity-json.ts'
import { type Output, printable } from './output.ts'
import { table } from './table.ts'

/** What the reports take of DynamoDB, as whoever runs it reads it: the load, each report, money, limits and what to do. */
export function capacityText(told: ToldCapacity, output: Output): string {
  const { capacity, load, prices } = told
  const sections = [
    loadLines(told, output),
    reportTable(told),
    costTable(told, output),
    limitLines(told, output),
    [
      `A build of every report writes ${compact(itemsOf(capacity.now))} items, once: ${dollars(capacity.rebuildDollars)}.\n`,
      `Prices of ${printable(prices.asOf)} (${printable(prices.source)}), on demand; they change: check them, and give yours with --prices.\n`,
      `Drawn with seed ${load.seed}: the same load and seed give the same figures; another seed differs by some percent.\n`,
    ].join(''),
  ]
  return sections.filter((section) => section !== '').join('\n')
}

const itemsOf = ({ reports }: CostedMoment): number => reports.reduce((sum, { items }) => sum + items, 0)

function loadLines({ load, given, measured }: ToldCapacity, { paint }: Output): string {
  const line = (name: string, value: string) => `${paint('bold', name.padEnd(8))} ${value}\n`
  const how = (field: keyof Load) =>
    measured.includes(field) ? ' (measured)' : Object.hasOwn(given, field) ? '' : ' (assumed)'
  const largest = zipfShares(load.tenants, load.skew)[0] as number
  const tables = Object.entries(load.tables).map(([name, each]) => {
    const rates = [
      `${units(each.insertsPerSecond)} inserts/s`,
      ...each.updates.map(
        ({ changes, perSecond }) => `${units(perSecond)} updates/s of ${changes.join(', ') || 'nothing that is read'}`,
      ),
      ...(each.deletesPerSecond > 0 ? [`${units(each.deletesPerSecond)} deletes/s`] : []),
    ]
    const said = given.tables?.[name] === undefined ? ' (assumed)' : ''
    return line('', printable(`${name}: ${rates.join(', ')}; ${compact(each.rows)} rows${said}`))
  })
  const total = Object.values(load.tables).reduce((sum, each) => sum + changesPerSecond(each), 0)
  return [
    line('changes', `${units(total)}/s on average, peaks of ${load.peak} times that${how('peak')}`),
    ...tables,
    line(
      'growth',
      `${load.growth} times a year${how('growth')}; tenants ${load.tenantGrowth} times${how('tenantGrowth')}`,
    ),
    line(
      'tenants',
      `${load.tenants}${how('tenants')}; skew ${load.skew}${how('skew')}: the largest has ${percent(largest)}`,
    ),
    line('reads', `each tenant opens each report ${load.readsPerMinute} times a minute${how('readsPerMinute')}`),
  ].join('')
}

function reportTable({ capacity: { now, later, intervals } }: ToldCapacity): string {
  const pair = (one: string, other: string) => (one === other ? one : `${one} → ${other}`)
  const rows = now.reports.map((first, at) => {
    const then = later.reports[at] as typeof first
    return [
      printable(first.report),
      pair(units(first.writes[0]?.unitsPerSecond ?? 0), units(then.writes[0]?.unitsPerSecond ?? 0)),
      pair(units(first.readUnitsPerSecond), units(then.readUnitsPerSecond)),
      pair(percent(shareOfLimits(first.hottest)), percent(shareOfLimits(then.hottest))),
      pair(compact(first.items), compact(then.items)),
      pair(bytesText(first.bytes), bytesText(then.bytes)),
      pair(dollars(first.dollars[0] ?? 0), dollars(then.dollars[0] ?? 0)),
    ]
  })
  const header = (name: string) => ({ header: name, align: 'right' as const })
  const title = `Now → in ${yearsAhead} years, flushed every ${interval(intervals[0] as number)}\n`
  return `${title}${table(
    [
      { header: 'report', align: 'left' },
      ...['write units/s', 'read units/s', 'hottest key', 'items', 'stored', 'a month'].map(header),
    ],
    rows,
  )}`
}

function costTable({ capacity: { now, later, intervals } }: ToldCapacity, { paint }: Output): string {
  const places = intervals
    .map((_, at) => at)
    .sort((one, other) => (intervals[one] as number) - (intervals[other] as number))
  const row = (name: string, of: readonly number[]) => [name, ...places.map((at) => dollars(of[at] as number))]
  const flushes = ({ flushUnitsPerSecond }: CostedMoment) =>
    places.map((at) => units(flushUnitsPerSecond[at] as number))
  return [
    `${paint('bold', 'A month, of everything, by flush interval')}\n`,
    table(
      [
        { header: 'flushed every', align: 'left' },
        ...places.map((at) => ({ header: interval(intervals[at] as number), align: 'right' as const })),
      ],
      [
        row('now', now.dollars),
        row(`in ${yearsAhead} years`, later.dollars),
        ['write units/s of the flushes themselves', ...flushes(now)],
      ],
    ),
  ].join('')
}

function limitLines({ capacity: { later, nearLimits, intervals }, load }: ToldCapacity, output: Output): string {
  const { paint } = output
  const total = later.reports.reduce((sum, { writes }) => sum + (writes[0]?.unitsPerSecond ?? 0), 0) * load.peak
  const table =
    total > newTableWriteUnitsPerSecond
      ? `All reports write ${units(total)} units/s at the peak then; a new table on demand takes ${units(newTableWriteUnitsPerSecond)} at first, and twice its former peak later.\n`
      : ''
  const limits = `${units(keyLimits.writeUnitsPerSecond)} write and ${units(keyLimits.readUnitsPerSecond)} read units/s of a partition key`
  if (nearLimits.length === 0) {
    return `${paint('green', 'No limit is near')}: of ${limits}, the hottest key takes ${percent(
      Math.max(0, ...later.reports.map(({ hottest }) => shareOfLimits(hottest))),
    )} in ${yearsAhead} years, at the peak.\n${table}`
  }
  return `${paint('yellow', 'Limits that are near')}: ${limits}, at the peak, flushed every ${interval(intervals[0] as number)}\n${nearLimits
    .map((each) => nearLines(each, output))
    .join('')}${table}`
}

function nearLines({ report, years, share, advice }: NearLimit, { paint }: Output): string {
  const when = years === 0 ? 'now' : years < 1 ? 'within half a year' : `in ${years} years`
  const state =
    share >= 1
      ? paint('red', `${percent(share)} in ${yearsAhead} years: it is throttled`)
      : `${percent(share)} in ${yearsAhead} years`
  const width = Math.max(...advice.map(({ change }) => change.length))
  const lines = advice.map((each) => `    ${printable(each.change.padEnd(width))}  ${percent(shareOfLimits(each))}\n`)
  return `  ${paint('bold', printable(report))}: near ${when}, ${state}. What each of these would make of it:\n${lines.join('')}`
}

const interval = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

const units = (value: number): string => (value >= 10 ? whole : tenths).format(value)
const compact = (value: number): string => short.format(Math.round(value))
const percent = (share: number): string => `${units(share * 100)} %`
const dollars = (value: number): string => `$${value >= 10 ? whole.format(value) : value.toFixed(2)}`

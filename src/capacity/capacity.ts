import { type Advice, adviceFor } from './advice.ts'
import { type Estimate, estimateMoment, hottestKeys, type Moment, type ReportFigures } from './estimate.ts'
import { near, shareOfLimits } from './limits.ts'
import { monthlyReads, monthlyStorage, monthlyWrites, onceWritten, type Prices } from './prices.ts'

/** What a deployment takes of DynamoDB, now and in two years. */
export interface Capacity {
  readonly now: CostedMoment
  readonly later: CostedMoment
  /** Flush intervals in milliseconds: the one that is used first, and those that it is compared with. */
  readonly intervals: readonly number[]
  /** Those whose hottest key comes near a limit, the nearest first. */
  readonly nearLimits: readonly NearLimit[]
  /** What filling all builds anew writes once, now, in dollars. */
  readonly rebuildDollars: number
}

export interface CostedMoment extends Omit<Moment, 'reports'> {
  readonly reports: readonly CostedReport[]
  /** A month, of everything; by flush interval. */
  readonly dollars: readonly number[]
}

export interface CostedReport extends ReportFigures {
  /** A month: writes, reads and what is stored; by flush interval. */
  readonly dollars: readonly number[]
}

export interface NearLimit {
  readonly report: string
  /** From now, the first half year in which it is near; 0: already. */
  readonly years: number
  /** Of both limits, the larger share that the key takes in two years; above 1 it is throttled. */
  readonly share: number
  readonly advice: readonly Advice[]
}

export const yearsAhead = 2
const comparedIntervals = [250, 1_000, 5_000, 60_000] as const
const halfYears = [0, 0.5, 1, 1.5, 2] as const

/** Draws all of it: a few seconds. */
export function estimateCapacity(estimate: Estimate, prices: Prices): Capacity {
  const intervals = [...new Set([estimate.flushMilliseconds, ...comparedIntervals])]
  const [now, later] = [0, yearsAhead].map((years) => costed(estimateMoment(estimate, years, intervals), prices)) as [
    CostedMoment,
    CostedMoment,
  ]
  const items = now.reports.reduce((sum, each) => sum + each.items, 0)
  return {
    ...{ now, later, intervals },
    nearLimits: nearLimitsOf(estimate, later),
    rebuildDollars: onceWritten(prices, items),
  }
}

function costed(moment: Moment, prices: Prices): CostedMoment {
  const reports = moment.reports.map((each): CostedReport => {
    const fixed = monthlyReads(prices, each.readUnitsPerSecond) + monthlyStorage(prices, each.bytes)
    return { ...each, dollars: each.writes.map(({ unitsPerSecond }) => fixed + monthlyWrites(prices, unitsPerSecond)) }
  })
  const dollars = moment.flushUnitsPerSecond.map((units, at) =>
    reports.reduce((sum, each) => sum + (each.dollars[at] as number), monthlyWrites(prices, units)),
  )
  return { ...moment, reports, dollars }
}

function nearLimitsOf(estimate: Estimate, later: CostedMoment): NearLimit[] {
  const reached = later.reports.filter(({ hottest }) => shareOfLimits(hottest) >= near)
  if (reached.length === 0) return []
  const names = new Set(reached.map(({ report }) => report))
  const some = { ...estimate, reports: estimate.reports.filter(({ name }) => names.has(name)) }
  const course = halfYears.map((years) => ({ years, keys: hottestKeys(some, years) }))
  return reached
    .map(({ report, hottest }): NearLimit => {
      const first = course.find(({ keys }) => {
        const key = keys.get(report)
        return key !== undefined && shareOfLimits(key) >= near
      })
      return {
        report,
        years: first?.years ?? yearsAhead,
        share: shareOfLimits(hottest),
        advice: adviceFor(estimate, report, hottest, yearsAhead),
      }
    })
    .sort((one, other) => other.share - one.share)
}

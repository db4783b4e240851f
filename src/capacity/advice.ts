import { type Estimate, hottestKeys, type KeyFigures } from './estimate.ts'
import { keyLimits, near, shareOfLimits } from './limits.ts'
import { variantsOf } from './variants.ts'

/** What can be changed about a report whose hottest key comes near a limit, and what the key then takes. */
export interface Advice extends KeyFigures {
  readonly change: string
  /** How many partition keys for each build, where that is what is changed. */
  readonly shards?: number
}

const intervalsTried = [1_000, 5_000, 15_000, 60_000]
/** What takes away less is not worth saying. */
const leastSpared = 0.05

/** Of a report, years from now; the first is the one that needs no change of the report. */
export function adviceFor(estimate: Estimate, name: string, key: KeyFigures, years: number): readonly Advice[] {
  const { flushMilliseconds, shards } = estimate
  const report = estimate.reports.find((each) => each.name === name)
  if (report === undefined) return []
  const measured = (changed: Partial<Estimate>) => hottestKeys({ ...estimate, reports: [report], ...changed }, years)
  const parts = shards(name)
  const wanted = Math.ceil((parts * shareOfLimits(key)) / near)
  const spread: Advice = {
    change: `shards: ${wanted}`,
    shards: wanted,
    writeUnitsPerSecond: (key.writeUnitsPerSecond * parts) / wanted,
    readUnitsPerSecond: (key.readUnitsPerSecond * parts) / wanted,
  }
  const slower = intervalsTried
    .filter((interval) => interval > flushMilliseconds)
    .flatMap((interval) =>
      [...measured({ flushMilliseconds: interval }).values()].map((figures): Advice => {
        return { change: `flush every ${interval / 1000} s`, ...figures }
      }),
    )
  const variants = variantsOf(report)
  const ofVariants = measured({ reports: variants.map((each) => each.report), shards: () => parts })
  const smaller = variants.flatMap(({ change, report }): Advice[] => {
    const figures = ofVariants.get(report.name)
    return figures === undefined ? [] : [{ change, ...figures }]
  })
  return [spread, ...slower, ...smaller].filter((each) => spared(key, each) >= leastSpared)
}

/** The share of the limit that is nearest, and that a change takes away. */
function spared(before: KeyFigures, after: KeyFigures): number {
  const isWrite =
    before.writeUnitsPerSecond / keyLimits.writeUnitsPerSecond >=
    before.readUnitsPerSecond / keyLimits.readUnitsPerSecond
  return isWrite
    ? 1 - after.writeUnitsPerSecond / before.writeUnitsPerSecond
    : 1 - after.readUnitsPerSecond / before.readUnitsPerSecond
}

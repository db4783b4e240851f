import type { ReportDefinition } from '../report/report.ts'

/** A report that is changed so that it takes less. */
export interface Variant {
  /** What is done, in the words of a report: `without the filter "group"`. */
  readonly change: string
  readonly report: ReportDefinition
}

/** Significant digits of a percentile that is told more roughly. */
const fewerDigits = 2

/** What could be left out of a report, each by itself. What it restricts is left as it is: that is who may see what. */
export function variantsOf(report: ReportDefinition): readonly Variant[] {
  const { dimensions, filters, measures, restrict, time } = report
  const variants: Variant[] = []
  const add = (change: string, changed: Partial<ReportDefinition>): void => {
    variants.push({ change, report: { ...report, ...changed, name: `${report.name} ${variants.length}` } })
  }
  for (const name of Object.keys(dimensions).filter((each) => !Object.hasOwn(restrict, each))) {
    const isFilter = filters.includes(name)
    add(`without the dimension "${name}"${isFilter ? ' and its filter' : ''}`, {
      dimensions: without(dimensions, name),
      filters: filters.filter((each) => each !== name),
    })
  }
  for (const name of filters.filter((each) => !Object.hasOwn({ ...dimensions, ...restrict }, each))) {
    add(`without the filter "${name}"`, { filters: filters.filter((each) => each !== name) })
  }
  for (const [name, measure] of Object.entries(measures)) {
    if (!['min', 'max', 'countDistinct', 'percentile'].includes(measure.aggregate)) continue
    if (Object.keys(measures).length > 1) {
      add(`without ${measure.aggregate} "${name}", each of whose values is an item`, {
        measures: without(measures, name),
      })
    }
    if (measure.aggregate === 'percentile' && (measure.digits === 'all' || (measure.digits ?? 3) > fewerDigits)) {
      const rough = { ...measures, [name]: { ...measure, digits: fewerDigits } }
      add(`"${name}" to ${fewerDigits} digits`, { measures: rough })
    }
  }
  if (time?.grain === 'hour') add('by day instead of by hour', { time: { ...time, grain: 'day' } })
  return variants
}

const without = <T>(members: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(members).filter(([each]) => each !== name))

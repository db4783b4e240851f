import type { FoldPlan } from '../rollup/plan.ts'

/*
 * The counters of a report are of several families, by the first segment of their keys: vectors of groups, by day or of all time; values that a
 * measure counts, by day or of all time; values of a filter. What is kept by day grows with the days that are kept, the rest with the
 * rows that are there.
 */

export interface Family {
  readonly kind: string
  /** Empty: of all time. */
  readonly day: string
}

/** Of each kind that was met: whether a day follows it in its keys. */
const placed = new Map<string, boolean>()

export function familyOf(sort: string): Family {
  const end = sort.indexOf('\u0001')
  const kind = sort.slice(0, end)
  let isPlaced = placed.get(kind)
  if (isPlaced === undefined) {
    isPlaced = /^\d+[cv]/.test(kind)
    placed.set(kind, isPlaced)
  }
  return { kind, day: isPlaced ? sort.slice(end + 1, sort.indexOf('\u0001', end + 1)) : '' }
}

/** What a family is, in the words of the report. */
export function describeFamily({ flows, options }: FoldPlan, kind: string): string {
  const [, filter] = /^o(\d+)$/.exec(kind) ?? []
  if (filter !== undefined) return `values of the filter ${options[Number(filter)]?.filter}`
  const [, flow, letter, measure] = /^(\d+)([ctv])(\d*)$/.exec(kind) ?? []
  if (letter === 'v') return `values of ${flows[Number(flow)]?.measures[Number(measure)]?.name}`
  const names = flows[Number(flow)]?.measures.flatMap(({ name, offset }) => (offset === null ? [] : [name])) ?? []
  return `${letter === 't' ? 'totals' : 'groups'}${names.length === 0 ? '' : ` of ${names.join(', ')}`}`
}

/** How many values each combination of packed dimensions has in a vector of a family. */
export function widthOf({ flows }: FoldPlan, kind: string): number {
  const [, flow] = /^(\d+)[ct]$/.exec(kind) ?? []
  return flow === undefined ? 1 : (flows[Number(flow)]?.width ?? 1)
}

/** How many rows are behind a counter: the sum of the numbers of rows of its combinations. */
export function rowsBehind(plan: FoldPlan, kind: string, values: readonly bigint[]): number {
  const width = widthOf(plan, kind)
  let sum = 0
  for (let at = 0; at < values.length; at += width) sum += Number(values[at])
  return sum
}

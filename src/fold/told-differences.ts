import type { Difference } from './compare-builds.ts'

/** A build that was not what the rows say. */
export interface DifferentBuild {
  readonly tenant: string
  readonly report: string
  readonly repaired: boolean
  /** How many. */
  readonly counters: number
  /** The first of them. */
  readonly first: readonly Difference[]
}

/** Of the 400 KB that an item of DynamoDB holds, in characters of at most three bytes: for all builds, and for their counters. */
const [mostCharacters, mostOfCounters] = [120_000, 60_000]
const keyCharacters = 200

/**
 * As an answer to a request holds them, which a store must be able to keep however much differs: counters of the first builds, then builds
 * alone, as many as there is room for.
 */
export function toldDifferences(different: readonly DifferentBuild[]): readonly DifferentBuild[] {
  const told: DifferentBuild[] = []
  let characters = 0
  for (const build of different) {
    const first = build.first.map(({ sort, ...values }) => ({ sort: clipped(sort), ...values }))
    const whole = { ...build, first }
    const hasRoom = characters + JSON.stringify(whole).length <= mostOfCounters
    const each = hasRoom ? whole : { ...build, first: [] }
    characters += JSON.stringify(each).length
    if (characters > mostCharacters) break
    told.push(each)
  }
  return told
}

const clipped = (sort: string): string => (sort.length > keyCharacters ? `${sort.slice(0, keyCharacters)}…` : sort)

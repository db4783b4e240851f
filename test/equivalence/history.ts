import { type Storage, type StoredRow, sourcesOf } from './table.ts'
import type { World } from './world.ts'

/** Rows of a table by their place in the order of its ids; a place past the last starts over. */
export interface Rows {
  readonly from: number
  readonly count: number
}

/** Which of a world's two tables, and of which tenant's schema where each has its own. */
interface Target {
  readonly table: number
  readonly tenant: number
}

export type Step =
  | (Target & { readonly step: 'insert'; readonly inserted: readonly StoredRow[] })
  /** So many copies of a row that one property takes each of some values in turn. */
  | (Target & {
      readonly step: 'copy'
      readonly row: StoredRow
      readonly times: number
      readonly property: string
      readonly values: readonly string[]
    })
  | (Target & { readonly step: 'update'; readonly rows: Rows; readonly set: StoredRow })
  /** An update that changes nothing. */
  | (Target & { readonly step: 'touch'; readonly rows: Rows })
  /** A value so large that it is stored apart, where the type has room for it. */
  | (Target & { readonly step: 'enlarge'; readonly rows: Rows; readonly property: 'name' | 'note' })
  | (Target & { readonly step: 'moveKey'; readonly rows: Rows })
  | (Target & { readonly step: 'moveTenant'; readonly rows: Rows; readonly to: number })
  | (Target & { readonly step: 'delete'; readonly rows: Rows })
  | (Target & { readonly step: 'truncate' })
  | { readonly step: 'savepoint'; readonly steps: readonly Step[]; readonly isUndone: boolean }

export interface Transaction {
  readonly steps: readonly Step[]
  readonly isRolledBack: boolean
  /** Whether the answers are compared after it. */
  readonly isJudged: boolean
}

/** A world, and what happens to its two tables. All of it is JSON. */
export interface History extends World {
  readonly transactions: readonly Transaction[]
  /** Whether bases are read from the standby, or from snapshots that the primary exports. */
  readonly usesStandby: boolean
  /** Whether the host goes on while the first bases are read. */
  readonly isUnderWay: boolean
}

/** The other table has the same columns. */
export const storageOf = (storage: Storage, table: number): Storage =>
  table === 0 ? storage : { ...storage, table: `${storage.table} 2` }

/** The questions to one of the tables: to each every other one. */
export const worldOf = (history: History, table: number): World => ({
  ...history,
  storage: storageOf(history.storage, table),
  questions: history.questions.filter((_, at) => at % 2 === table),
})

export const tableSources = ({ storage }: History) =>
  [0, 1].map((table) => ({ source: sourcesOf(storageOf(storage, table)).table }))

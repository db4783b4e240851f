/*
 * Terminology
 *
 * load        what a deployment is expected to take: how often which rows change, for how many tenants, and how that grows
 * change      a row inserted, updated or deleted
 * flush       the changes of one flush interval, written as one batch
 * item        a counter as the table has it; a vector of numbers under a key
 * partition   the items under one partition key: those of one build, or of one shard of it
 */

/** What a deployment is expected to take. Rates are means over day and night, of all tenants together. */
export interface Load {
  readonly seed: number
  readonly tenants: number
  /** How unequal tenants are: the n-th largest has a share in proportion to 1 / n^skew of the changes. */
  readonly skew: number
  /** By what the changes of a year are more than those of the year before: 1.5 is half as many again. */
  readonly growth: number
  /** The same of the tenants. */
  readonly tenantGrowth: number
  /** By what the busiest minutes are above the mean. Limits are held against it, money is not. */
  readonly peak: number
  /** How often a tenant opens each report, per minute. */
  readonly readsPerMinute: number
  /** The changes of each table that folded reports read, by the source's name of it. */
  readonly tables: Readonly<Record<string, TableLoad>>
}

export interface TableLoad {
  /** Rows that are there now. */
  readonly rows: number
  readonly insertsPerSecond: number
  readonly deletesPerSecond: number
  readonly updates: readonly UpdateLoad[]
  /** What the values of the columns are that reports read, by property. */
  readonly columns: Readonly<Record<string, ColumnLoad>>
}

/** One kind of update. */
export interface UpdateLoad {
  /**
   * The columns that it changes, by property: a time that was null becomes that of the change, any other value becomes
   * another one.
   */
  readonly changes: readonly string[]
  readonly perSecond: number
  /** How old the rows are that it changes, on average. */
  readonly ageDays: number
}

export interface ColumnLoad {
  /** How many values occur within a tenant. Of a time: not asked. */
  readonly distinct: number
  /** How unequally often they do (as the skew of tenants). */
  readonly skew: number
  /** The bytes of a text. */
  readonly bytes: number
  /** Of a time: how long after the row was made it is, on average. */
  readonly afterDays: number
  /** The share of rows in which it is null; of a time: in which it stays null. */
  readonly nulls: number
}

export function changesPerSecond({ insertsPerSecond, deletesPerSecond, updates }: TableLoad): number {
  return insertsPerSecond + deletesPerSecond + updates.reduce((sum, { perSecond }) => sum + perSecond, 0)
}

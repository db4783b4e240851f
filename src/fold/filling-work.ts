/** How far a base has come. */
export interface FillingWork {
  /** Rows that were read. */
  readonly rows: number
  /** How many there are by the planner's estimate; 0: it cannot tell. */
  readonly of: number
  /** Counters that the store has, and those that it is still to be given of the rows that were read. */
  readonly given: number
  readonly waiting: number
}

/** A counter takes a store about as long as so many rows take to be read, be it one in PostgreSQL; in DynamoDB it is more. */
const rowsPerCounter = 10

/**
 * The share of the work that is done, 0 to 1: reading the rows, and giving the counters to the store. How many of these there will be
 * is not known before the last row; until then it is taken that they go on to grow as the rows do. Null: nobody can tell.
 */
export function shareOf({ rows, of, given, waiting }: FillingWork): number | null {
  if (of <= 0) return null
  if (rows <= 0) return 0
  const all = Math.max(of, rows)
  const counters = ((given + waiting) * all) / rows
  return (rows + given * rowsPerCounter) / (all + counters * rowsPerCounter)
}

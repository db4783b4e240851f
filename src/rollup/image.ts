/**
 * One row as it was before or after a change: each column's canonical text, by its name in the database; null for SQL's null. The
 * text is PostgreSQL's own, but for a timestamp, which is whole microseconds since 1970 (of one without zone: as if its local
 * time were UTC's) or `infinity`, and a float, which is JavaScript's shortest.
 */
export type Image = (column: string) => string | null

/** Values without an exact figure: below every other, -infinity and days before the year 1; above, infinity, NaN and days past 9999. */
export const refusedBelow: unique symbol = Symbol('a value below every exact figure')
export const refusedAbove: unique symbol = Symbol('a value above every exact figure')
export type Refused = typeof refusedBelow | typeof refusedAbove

/** What a value is to the fold: its canonical text (as `Group` has it), null, or refused. */
export type Value = string | null | Refused

export const isRefused = (value: unknown): value is Refused => typeof value === 'symbol'

/**
 * A value's text that its column's type cannot take: the table is no longer what its source declares. The row cannot be folded;
 * counting it as anything would be a guess. The value itself is a tenant's and is not told.
 */
export class PoisonedValue extends Error {
  override readonly name = 'PoisonedValue'
  /** The column's name in the database. */
  readonly column: string

  constructor(column: string, expected: string) {
    super(`column "${column}" holds a value that is not ${expected}`)
    this.column = column
  }
}

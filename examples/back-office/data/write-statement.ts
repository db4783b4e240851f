/** A statement that writes, with its parameters. */
export interface WriteStatement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** The columns are names and types; `table` is a trusted name. */
export function insertStatement(
  table: string,
  columns: Readonly<Record<string, string>>,
  values: readonly unknown[],
): WriteStatement {
  const places = values.map((_, index) => `$${index + 1}`)
  return { text: `insert into ${table} (${Object.keys(columns).join(', ')}) values (${places.join(', ')})`, values }
}

/** Characters that every proxy lets through. */
const longest = 4_000

/**
 * What a reader gives, as a query string; undefined where it cannot be said in one: a value that is not there, a list of none, or too
 * much of it.
 */
export function queryOf(given: Readonly<Record<string, unknown>>): string | undefined {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (values.length === 0) return undefined
    for (const each of values) {
      if (each === null || typeof each === 'object') return undefined
      search.append(name, String(each))
    }
  }
  const query = search.toString()
  return query.length > longest ? undefined : query
}

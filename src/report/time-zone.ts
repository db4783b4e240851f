/**
 * Whether a zone has the same days in Node and in PostgreSQL: `UTC`, or an Area/Location name of the IANA database. A name
 * without a slash is refused even where Node knows it: PostgreSQL's `AT TIME ZONE` looks such a name up among its
 * abbreviations first, so that `CET` has no summer time there and `BST` is London's there and Dhaka's in Node.
 */
export function isTimeZone(name: unknown): boolean {
  if (name === 'UTC') return true
  if (typeof name !== 'string' || !name.includes('/')) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const timeZoneExpected = 'expected UTC or an Area/Location name of the IANA database, such as "Europe/Berlin"'

import { MillraceError } from '../errors.ts'
import type { AnyReport } from '../report/catalog.ts'
import { type Given, parametersOf } from '../report/reading.ts'

/**
 * What a reader gives in a query string: a name's value as text; of a name that is repeated, all of them as a list.
 * Throws REQUEST_INVALID where it is not UTF-8: it would arrive as another text than was meant.
 */
export function givenIn(query: string): Given {
  try {
    decodeURIComponent(query)
  } catch {
    throw new MillraceError('REQUEST_INVALID', 'the query string is not percent-encoded UTF-8')
  }
  const search = new URLSearchParams(query)
  return ownNames([...new Set(search.keys())].map((name) => [name, oneOrAll(search.getAll(name))]))
}

/** Without a prototype, so that a parameter called `constructor` is not what every object has. */
export function ownNames(entries: readonly (readonly [string, unknown])[]): Given {
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

const oneOrAll = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values)

/** The names that a reader may give. */
export function namesOf(report: AnyReport): ReadonlySet<string> {
  return new Set(
    report.node === 'sqlReport' ? Object.keys(report.params) : [...parametersOf(report), ...report.filters],
  )
}

/** Throws PARAMETER_INVALID for a name that the report does not take: a misspelt filter must not answer for everything. */
export function refuseUnknownNames(report: AnyReport, names: ReadonlySet<string>, given: Given): void {
  if (Object.keys(given).every((name) => names.has(name))) return
  const taken = names.size === 0 ? 'it takes none' : `it takes ${[...names].join(', ')}`
  throw new MillraceError('PARAMETER_INVALID', `report "${report.name}" has no such parameter or filter; ${taken}`)
}

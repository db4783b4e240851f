import { closest, distance } from 'fastest-levenshtein'

/** The name that was probably meant: the nearest, if no more than a third of it was mistyped. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const found = closest(name.toLowerCase(), [...names])
  const mistyped = distance(name.toLowerCase(), found.toLowerCase())
  return mistyped <= Math.max(1, Math.floor(found.length / 3)) ? found : undefined
}

const mostListed = 12

/** What to do about a name that there is not: the nearest, or those that there are. */
export function suggestion(name: string, names: readonly string[]): string {
  const meant = nearest(name, names)
  if (meant !== undefined) return `did you mean ${JSON.stringify(meant)}?`
  if (names.length === 0) return 'there is none'
  const others = names.length - mostListed
  return `there is ${names.slice(0, mostListed).join(', ')}${others > 0 ? ` and ${others} more` : ''}`
}

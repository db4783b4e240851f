import { MillraceError } from '../errors.ts'

/** `name=value` of an option that may be repeated: the values by their names. Throws COMMAND_INVALID. */
export function assignments(option: string, given: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  for (const assignment of given) {
    const at = assignment.indexOf('=')
    if (at < 1) {
      throw new MillraceError('COMMAND_INVALID', `${option}: expected name=value, as in ${option} from=2026-01-01`)
    }
    const name = assignment.slice(0, at)
    values.set(name, [...(values.get(name) ?? []), assignment.slice(at + 1)])
  }
  return values
}

/** What a report is given: a value, or a list where a name is repeated. */
export function givenBy(parameters: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const values = assignments('--param', parameters)
  return Object.fromEntries(
    [...values].map(([name, [first, ...others]]) => [name, others.length === 0 ? first : [first, ...others]]),
  ) as Record<string, string | string[]>
}

/** The attributes of a viewer, each a list: `groups=web,data`. */
export function attributesBy(attributes: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const values = assignments('--attribute', attributes)
  return Object.fromEntries([...values].map(([name, lists]) => [name, lists.flatMap((list) => list.split(','))]))
}

import { isRecord } from './reference.ts'

/** The names that AWS gives to members of a database's secret, and ours. */
const aliases: Readonly<Record<string, string>> = { username: 'user', dbname: 'database' }

/** The members under our names. Where both names are there the alias stays, and is then refused as unknown. */
export function withoutAliases(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      const own = Object.hasOwn(aliases, name) ? aliases[name] : undefined
      return own === undefined || Object.hasOwn(members, own) ? [name, value] : [own, value]
    }),
  )
}

/** The name under which a member stands in what the user wrote. */
export function writtenName(members: unknown, name: string): string {
  if (!isRecord(members) || Object.hasOwn(members, name)) return name
  const alias = Object.keys(aliases).find((key) => aliases[key] === name && Object.hasOwn(members, key))
  return alias ?? name
}

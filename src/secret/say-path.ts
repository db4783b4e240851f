import { writtenName } from './aliases.ts'

/**
 * A path as the user wrote it: with the name that AWS gives to a member, and in the flat form, where the secret is itself the
 * connection, without the connection's own name.
 */
export function sayPath(
  nested: Readonly<Record<string, unknown>>,
  path: readonly PropertyKey[],
  flat: boolean,
): string {
  const [connection, member, ...rest] = path.map(String)
  if (connection === undefined) return 'the secret'
  if (member === undefined) return flat ? 'the secret' : connection
  const shown = [writtenName(nested[connection], member), ...rest]
  return (flat ? shown : [connection, ...shown]).join('.')
}

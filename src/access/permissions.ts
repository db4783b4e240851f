/** What each of the host's roles may do: the permissions by the role's name. */
export type RoleGrants = Readonly<Record<string, readonly string[]>>

/**
 * A list as claims write it: an array of strings, or one string with spaces between (as OAuth's `scope`); empty where
 * the claim is absent. Undefined where it is neither.
 */
export function listOf(claim: unknown): readonly string[] | undefined {
  if (claim === undefined || claim === null) return []
  const values = typeof claim === 'string' ? claim.split(' ') : claim
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) return undefined
  return values.filter((value) => value !== '')
}

/** The permissions given by name, and those of each role. A role that `grants` does not list gives none. */
export function permissionsOf(
  permissions: readonly string[],
  roles: readonly string[],
  grants: RoleGrants,
): ReadonlySet<string> {
  const ofRoles = roles.flatMap((role) => (Object.hasOwn(grants, role) ? (grants[role] ?? []) : []))
  return new Set([...permissions, ...ofRoles])
}

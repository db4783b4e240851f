import { PermissionLacking } from '../access/authorize.ts'

/** The permission that a viewer lacked who was told that there is no such report: what only the log may know (law T7). */
export function lackOf(error: unknown): { readonly lacks?: string } {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof PermissionLacking ? { lacks: cause.permission } : {}
}

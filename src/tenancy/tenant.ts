import { z } from 'zod'

/** One customer of the host application. */
export interface Tenant {
  /** Compared exactly: no case folding, no trimming, no Unicode normalisation. */
  readonly id: string
  /** The tenant's own schema, where tenancy is by schema; absent where it is by column. */
  readonly schema?: string
  /** `UTC`, or an Area/Location name of the IANA database. The days and months of the tenant's reports are its days and months. */
  readonly timeZone: string
}

/** A tenant as a host writes it, or as a row of the host's own table has it: null is the same as absent; `timeZone` defaults to `UTC`. */
export interface TenantInput {
  readonly id: string
  readonly schema?: string | null | undefined
  readonly timeZone?: string | null | undefined
}

export interface TenantFault {
  readonly field: string
  readonly reason: string
}

/** PostgreSQL truncates longer identifiers silently, so that two schemas could become one. */
const longestIdentifierBytes = 63

const bytes = (text: string): number => new TextEncoder().encode(text).length

/**
 * PostgreSQL's text holds neither NUL nor a lone surrogate, and a driver sends the latter as U+FFFD: it would
 * arrive as the id of another tenant.
 */
const hasTextForm = (text: string): boolean => !/\p{Surrogate}|\0/u.test(text)

/**
 * A name without a slash is refused even where Node knows it: PostgreSQL's `AT TIME ZONE` looks such a name up among
 * its abbreviations first, so that `CET` has no summer time there and `BST` is London's there and Dhaka's in Node.
 */
function isPlace(name: string): boolean {
  if (name === 'UTC') return true
  if (!name.includes('/')) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const row = z.strictObject({
  id: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .refine(hasTextForm, 'must hold neither NUL nor a lone surrogate'),
  schema: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .refine(hasTextForm, 'must hold neither NUL nor a lone surrogate')
    .refine((name) => bytes(name) <= longestIdentifierBytes, `must be at most ${longestIdentifierBytes} bytes long`)
    .refine((name) => !name.startsWith('pg_') && name !== 'information_schema', 'must not be a schema of the system')
    .nullish(),
  timeZone: z
    .string('must be a string')
    .refine(isPlace, 'must be UTC or an Area/Location name of the IANA database, such as Europe/Berlin')
    .nullish(),
})

/** One row of the tenant source. A field that is not known is a fault: a misspelt `timezone` must not become UTC. */
export function readTenant(input: unknown): { readonly tenant: Tenant } | { readonly fault: TenantFault } {
  const { success, data, error } = row.safeParse(input)
  if (success) {
    const { id, schema, timeZone } = data
    return { tenant: Object.freeze({ id, timeZone: timeZone ?? 'UTC', ...(schema == null ? {} : { schema }) }) }
  }
  const issue = error.issues[0]
  if (issue?.code === 'unrecognized_keys') return { fault: { field: issue.keys.join(', '), reason: 'is not a field' } }
  const field = issue?.path.join('.') ?? ''
  return { fault: field === '' ? { field, reason: 'must be an object' } : { field, reason: issue?.message ?? '' } }
}

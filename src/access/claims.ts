import type { JWTPayload } from 'jose'
import { MillraceError } from '../errors.ts'
import { listOf, permissionsOf, type RoleGrants } from './permissions.ts'
import { frozenViewer, type Viewer } from './viewer.ts'

/** A claim by its name, or by the way to it: `['realm_access', 'roles']`. A name may hold dots and slashes. */
export type Claim = string | readonly [string, ...string[]]

/** Where a token says what. */
export interface ClaimNames {
  /** A string. `tenant`. */
  readonly tenant?: Claim
  /** A string. `sub`. */
  readonly subject?: Claim
  /** An array of strings, or one string with spaces between. `permissions`. */
  readonly permissions?: Claim
  /** As `permissions`; looked up in `roles`. `roles`. */
  readonly roles?: Claim
  /** A claim that is an object of attributes (`attributes`), or for each attribute the claim that holds it. */
  readonly attributes?: Claim | Readonly<Record<string, Claim>>
}

/** The viewer of a verified token. Throws UNAUTHENTICATED, naming the claim, where it does not say enough. */
export function viewerOfClaims(payload: JWTPayload, names: ClaimNames, grants: RoleGrants): Viewer {
  const { tenant = 'tenant', subject = 'sub', permissions = 'permissions', roles = 'roles' } = names
  return frozenViewer({
    tenant: textOf(payload, tenant),
    subject: textOf(payload, subject),
    permissions: permissionsOf(wordsOf(payload, permissions), wordsOf(payload, roles), grants),
    attributes: attributesOf(payload, names.attributes ?? 'attributes'),
  })
}

function textOf(payload: JWTPayload, claim: Claim): string {
  const value = valueAt(payload, claim)
  if (value === undefined) throw refused(`token has no ${nameOf(claim)} claim`)
  if (typeof value !== 'string' || value === '') throw refused(`the ${nameOf(claim)} claim must be a string, not empty`)
  return value
}

function wordsOf(payload: JWTPayload, claim: Claim): readonly string[] {
  const words = listOf(valueAt(payload, claim))
  if (words === undefined) throw refused(`the ${nameOf(claim)} claim must be an array of strings, or one string`)
  return words
}

function attributesOf(payload: JWTPayload, claims: Exclude<ClaimNames['attributes'], undefined>): Viewer['attributes'] {
  const named = typeof claims === 'string' || Array.isArray(claims)
  const values: unknown = named
    ? (valueAt(payload, claims as Claim) ?? {})
    : Object.fromEntries(Object.entries(claims).map(([name, claim]) => [name, valueAt(payload, claim as Claim)]))
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw refused(`the ${nameOf(claims as Claim)} claim must be an object`)
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (value === undefined || value === null) return []
      const list = typeof value === 'string' ? [value] : value
      if (!Array.isArray(list) || !list.every((each) => typeof each === 'string'))
        throw refused(`the attribute "${name}" must be a string or an array of strings`)
      return [[name, list]]
    }),
  )
}

/** Own properties only: a claim called `constructor` is not what every object has. */
function valueAt(payload: JWTPayload, claim: Claim): unknown {
  let value: unknown = payload
  for (const name of typeof claim === 'string' ? [claim] : claim) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

const nameOf = (claim: Claim): string => `"${typeof claim === 'string' ? claim : claim.join('.')}"`

const refused = (detail: string): MillraceError => new MillraceError('UNAUTHENTICATED', detail)

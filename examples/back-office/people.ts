import type { DemoTenant } from './tenants.ts'

/** What a person does at a customer, and so what they may see. */
export interface DemoRole {
  readonly id: string
  readonly name: string
  /** A short text for the sign-in page. */
  readonly sees: string
  readonly permissions: readonly string[]
  /** The teams whose findings the role sees. */
  readonly groups: 'all' | 'first' | 'none'
}

const bookings = ['bookings.read']
const revenue = ['revenue.read']
const vulnerabilities = ['vulnerabilities.read']

const roles = {
  director: {
    id: 'director',
    name: 'Managing director',
    sees: 'Both products, revenue included',
    permissions: [...bookings, ...revenue, ...vulnerabilities],
    groups: 'all',
  },
  operations: {
    id: 'operations',
    name: 'Operations manager',
    sees: 'Bookings and revenue',
    permissions: [...bookings, ...revenue],
    groups: 'none',
  },
  dispatcher: {
    id: 'dispatcher',
    name: 'Dispatcher',
    sees: 'Bookings, and no revenue',
    permissions: bookings,
    groups: 'none',
  },
  securityLead: {
    id: 'security-lead',
    name: 'Head of security',
    sees: 'Findings of every team',
    permissions: vulnerabilities,
    groups: 'all',
  },
  engineer: {
    id: 'engineer',
    name: 'Engineer',
    sees: 'Findings of one team',
    permissions: vulnerabilities,
    groups: 'first',
  },
} as const satisfies Record<string, DemoRole>

/** What each role may do, as Millrace is told of it. */
export const grants: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.values(roles).map(({ id, permissions }) => [id, permissions]),
)

/** The roles that one can sign in with at a customer. */
export function rolesOf({ mobility, security }: DemoTenant): readonly DemoRole[] {
  if (mobility !== undefined && security !== undefined) return [roles.director, roles.dispatcher, roles.engineer]
  return mobility !== undefined ? [roles.operations, roles.dispatcher] : [roles.securityLead, roles.engineer]
}

/** The teams whose findings a role sees at a customer. */
export function groupsOf({ security }: DemoTenant, { groups }: DemoRole): readonly string[] {
  if (security === undefined || groups === 'none') return []
  return groups === 'all' ? security.groups : security.groups.slice(0, 1)
}

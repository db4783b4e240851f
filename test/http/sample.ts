import { Temporal } from 'temporal-polyfill'
import type { AuditLine } from '../../src/access/audit.ts'
import { type Viewer, viewerOf } from '../../src/access/viewer.ts'
import { MillraceError } from '../../src/errors.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createReports } from '../../src/http/read.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { memoryEngine, type StoredTenants } from './memory-engine.ts'
import { sampleCatalog } from './sample-catalog.ts'

const finding = (id: string, group: string, severity: string, cvss: string | null, effort: string) => ({
  id,
  group,
  severity,
  cvss,
  effort,
  exploited: 'false',
  firstSeenAt: '1790000000123456',
})
const booking = (id: string, bookedOn: string, channel: string, total: string) => ({
  id,
  bookedOn,
  channel,
  status: 'kept',
  total,
})

/** Two tenants whose rows cannot be mistaken for each other's. */
export const sampleTenants: StoredTenants = {
  acme: {
    finding: [
      finding('1', 'acme-web', 'high', '9.8', '9007199254740993'),
      finding('2', 'acme-web', 'high', '7.0', '1'),
      finding('3', 'acme-office', 'low', null, '2'),
    ],
    asset_group: [
      { id: 'acme-web', name: 'Web servers of Acme' },
      { id: 'acme-office', name: 'Acme\u2028\ud83c\udfe2 "office"' },
    ],
    booking: [
      booking('1', '2026-11-03', 'acme-direct', '100.10'),
      booking('2', '2026-11-20', 'acme-agency', '80.00'),
      booking('3', '2026-10-05', 'acme-direct', '40.00'),
    ],
  },
  globex: {
    finding: [finding('9', 'globex-lab', 'low', '3.1', '5')],
    asset_group: [{ id: 'globex-lab', name: 'Laboratory of Globex' }],
    booking: [booking('9', '2026-11-11', 'globex-direct', '7.77')],
  },
}

export const everything = ['findings.read', 'bookings.read']

/** Tokens of people, as a host might know them. */
export const people: Readonly<Record<string, Viewer>> = {
  'acme-all': person('acme', everything, { groups: ['acme-web', 'acme-office'] }),
  'acme-web': person('acme', everything, { groups: ['acme-web'] }),
  'acme-bookings': person('acme', ['bookings.read']),
  'acme-findings': person('acme', ['findings.read'], { groups: ['acme-web'] }),
  'globex-all': person('globex', everything, { groups: ['globex-lab', 'acme-web'] }),
  'initech-all': person('initech', everything),
}

export function person(tenant: string, permissions: readonly string[], attributes: Viewer['attributes'] = {}): Viewer {
  return { tenant, subject: `somebody at ${tenant}`, permissions: new Set(permissions), attributes }
}

/** The sample catalog over rows in memory, and what it has left of audit lines. */
export async function sample() {
  const engine = memoryEngine(sampleTenants)
  const tenants = createAllowlist(Object.keys(sampleTenants).map((id) => ({ id })))
  await tenants.start()
  const audited: AuditLine[] = []
  const metrics = createMetrics()
  const reports = createReports({
    catalog: sampleCatalog,
    engine,
    tenants,
    audit: (line) => audited.push(line),
    observe: metrics.observe,
    now: () => Temporal.Instant.from('2026-11-21T09:00:00Z'),
  })
  const viewer = viewerOf(({ headers: { authorization } }) => {
    const token = /^Bearer (.+)$/.exec(String(authorization))?.[1]
    if (token === undefined || !Object.hasOwn(people, token))
      throw new MillraceError('UNAUTHENTICATED', 'no such token')
    return people[token]
  })
  return { engine, tenants, reports, viewer, audited, metrics }
}

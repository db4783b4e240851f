import type { DemoTenant } from '../tenants.ts'
import { drawAdvisory } from './advisory.ts'
import { type Asset, assetsOf } from './finding-history.ts'
import type { Random } from './random.ts'
import { findingColumns, findingRow } from './rows.ts'
import { insertStatement, type WriteStatement } from './write-statement.ts'

type Change = 'find' | 'resolve' | 'reassess'

/** One transaction of a security tenant: a scan of an asset finds something, finds something gone, or scores it anew. */
export function findingTraffic(random: Random, tenant: DemoTenant, now: number): WriteStatement[] {
  const { id } = tenant
  switch (random.weighted<Change>({ find: 4, resolve: 4, reassess: 1 })) {
    case 'find': {
      const asset = assetFor(random, tenant)
      return Array.from({ length: random.integer(1, 3) }, () => findingStatement(random, tenant, asset, now))
    }
    case 'resolve':
      return [
        {
          text: `update finding set resolved_at = now(), changed_at = now() where id in (
            select id from finding where tenant_id = $1 and resolved_at is null order by first_seen_at offset $2 limit $3)`,
          values: [id, random.integer(0, 400), random.integer(1, 3)],
        },
      ]
    case 'reassess':
      return [
        {
          text: `update finding set severity = 'high', cvss = 8.1, exploited = true, changed_at = now() where id in (
            select id from finding where tenant_id = $1 and resolved_at is null and severity = 'medium'
            order by first_seen_at desc offset $2 limit 1)`,
          values: [id, random.integer(0, 60)],
        },
      ]
  }
}

/** An asset of the tenant, of one of its teams where that is given. */
export function assetFor(random: Random, { id, security }: DemoTenant, group?: string): Asset {
  const all = assetsOf({ tenant: id, ...(security as NonNullable<typeof security>), seed: 0 })
  const among = group === undefined ? all : all.filter((asset) => asset.group === group)
  return random.pick(among.length === 0 ? all : among)
}

/** One finding, made now. */
export function findingStatement(random: Random, { id }: DemoTenant, asset: Asset, now: number): WriteStatement {
  const { cve, severity, score } = drawAdvisory(random, now, random.integer(100_000, 900_000))
  return insertStatement('finding', findingColumns, [
    id,
    ...findingRow({
      asset: asset.name,
      assetGroup: asset.group,
      cve,
      severity,
      score,
      exploited: false,
      firstSeenAt: now,
      changedAt: now,
      resolvedAt: null,
    }),
  ])
}

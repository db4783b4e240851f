import { type Advisory, advisories, type Severity } from './advisory.ts'
import { createRandom, type Random } from './random.ts'

/** A row of the `finding` table: a weakness that a scan has found in an asset. Instants are milliseconds since 1970. */
export interface Finding {
  readonly asset: string
  readonly assetGroup: string
  readonly cve: string
  readonly severity: Severity
  /** In tenths. */
  readonly score: number | null
  readonly exploited: boolean
  readonly firstSeenAt: number
  /** The last scan that changed something: found, scored anew, resolved, found again. */
  readonly changedAt: number
  readonly resolvedAt: number | null
}

export interface Asset {
  readonly name: string
  readonly group: string
  /** The time of day at which it is scanned, in milliseconds. */
  readonly scannedAt: number
  /** How much faster than others it is mended; some are forgotten. */
  readonly care: number
}

export interface FindingHistoryOptions {
  readonly tenant: string
  readonly assets: number
  readonly groups: readonly string[]
  readonly years: number
  readonly seed: number
  /** Milliseconds since 1970; no scan is later. */
  readonly now: number
  /** Advisories a day; 1 is a product of some hundred components. */
  readonly advisoriesADay: number
}

const day = 86_400_000
const medianDaysToResolve: Readonly<Record<Severity, number>> = {
  critical: 5,
  high: 14,
  medium: 38,
  low: 75,
  unknown: 60,
}

export function assetsOf({
  tenant,
  assets,
  groups,
  seed,
}: Pick<FindingHistoryOptions, 'tenant' | 'assets' | 'groups' | 'seed'>): Asset[] {
  const random = createRandom(seed, 'assets', tenant)
  const pace = Object.fromEntries(groups.map((group) => [group, random.logNormal(1, 0.3)]))
  return Array.from({ length: assets }, (_, index) => {
    const group = groups[Math.min(groups.length - 1, Math.floor(groups.length * random.next() ** 1.3))] as string
    const kind = random.weighted({ api: 4, worker: 3, web: 2, db: 1, batch: 1 })
    return {
      name: `${group}-${kind}-${String(index + 1).padStart(3, '0')}`,
      group,
      scannedAt: Math.floor(random.next() * day),
      care: (pace[group] as number) * random.logNormal(1, 0.35),
    }
  })
}

/** What daily scans found in a tenant's assets over the years, in the order of finding, each as the last scan left it. */
export function findingHistory(options: FindingHistoryOptions): Finding[] {
  const { tenant, years, seed, now } = options
  const random = createRandom(seed, 'findings', tenant)
  const since = now - years * 365 * day
  const known = advisories(createRandom(seed, 'advisories'), since, now, options.advisoriesADay)
  const assets = assetsOf(options)
  const findings: Finding[] = []
  for (const advisory of known) {
    // The teams have become faster over the years.
    const pace = 0.75 + 0.6 * ((advisory.publishedAt - since) / (now - since))
    for (const asset of assets) {
      if (!random.chance(advisory.reach)) continue
      const found = findingIn(random, asset, advisory, pace, now)
      if (found !== undefined) findings.push(found)
    }
  }
  return findings.sort((a, b) => a.firstSeenAt - b.firstSeenAt)
}

function findingIn(random: Random, asset: Asset, advisory: Advisory, pace: number, now: number): Finding | undefined {
  // The scanner learns of an advisory some hours to days later.
  const firstSeenAt = nextScan(asset, advisory.publishedAt + random.exponential(0.8) * day)
  if (firstSeenAt > now) return undefined
  const alarm = advisory.exploitedAt === null ? 1 : 0.45
  const days = random.logNormal((medianDaysToResolve[advisory.severity] * alarm) / (pace * asset.care), 0.8)
  // Some components are never mended: they leave with their asset after a year or more.
  const mendedAt = firstSeenAt + (random.chance(0.012) ? 380 * day + days * day : days * day)
  let resolvedAt: number | null = nextScan(asset, mendedAt)
  let changedAt = resolvedAt
  if (random.chance(0.03)) {
    // Rolled back, so found again, and mended once more.
    changedAt = nextScan(asset, resolvedAt + random.exponential(6) * day)
    if (changedAt <= now) resolvedAt = nextScan(asset, changedAt + random.exponential(4) * day)
  }
  if (resolvedAt > now) {
    resolvedAt = null
    changedAt = changedAt > now ? firstSeenAt : changedAt
  } else changedAt = resolvedAt
  const rescored = advisory.severity === 'unknown' && random.chance(0.7)
  return {
    asset: asset.name,
    assetGroup: asset.group,
    cve: advisory.cve,
    severity: rescored ? 'medium' : advisory.severity,
    score: rescored ? 55 : advisory.score,
    exploited: advisory.exploitedAt !== null && advisory.exploitedAt <= (resolvedAt ?? now),
    firstSeenAt,
    changedAt,
    resolvedAt,
  }
}

/** The first daily scan of the asset at or after an instant. */
function nextScan({ scannedAt }: Asset, instant: number): number {
  const today = Math.floor(instant / day) * day + scannedAt
  return today >= instant ? today : today + day
}

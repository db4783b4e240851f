import type { Random } from './random.ts'

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'unknown'

/** A weakness of some software that becomes known, and what assets then have it. */
export interface Advisory {
  /** Of no real weakness: numbers of seven digits are not given out. */
  readonly cve: string
  readonly publishedAt: number
  readonly severity: Severity
  /** In tenths, 0 to 100; null where nobody has scored it. */
  readonly score: number | null
  /** When it became known that it is being used in attacks. */
  readonly exploitedAt: number | null
  /** The part of all assets that have the software. */
  readonly reach: number
}

const scores: Readonly<Record<Exclude<Severity, 'unknown'>, readonly [least: number, most: number]>> = {
  critical: [90, 100],
  high: [70, 89],
  medium: [40, 69],
  low: [1, 39],
}
const exploited: Readonly<Record<Severity, number>> = { critical: 0.16, high: 0.05, medium: 0.008, low: 0, unknown: 0 }
const day = 86_400_000

export function drawAdvisory(random: Random, publishedAt: number, serial: number): Advisory {
  const severity = random.weighted({ critical: 0.8, high: 3, medium: 4.6, low: 1.4, unknown: 0.25 })
  const isExploited = random.chance(exploited[severity])
  return {
    cve: `CVE-${new Date(publishedAt).getUTCFullYear()}-${9_000_000 + serial}`,
    publishedAt,
    severity,
    score: severity === 'unknown' ? null : random.integer(...scores[severity]),
    exploitedAt: isExploited ? publishedAt + random.exponential(9) * day : null,
    reach: Math.min(0.7, random.logNormal(0.035, 1)),
  }
}

/**
 * The advisories of some years, in order: on working days above all, more on the second Tuesday of a month, when the
 * large vendors publish, and now and then a library that everybody has.
 */
export function advisories(random: Random, from: number, to: number, aDay: number): Advisory[] {
  const list: Advisory[] = []
  for (let midnight = Math.floor(from / day) * day; midnight < to; midnight += day) {
    const date = new Date(midnight)
    const weekday = date.getUTCDay()
    const patchDay = weekday === 2 && date.getUTCDate() > 7 && date.getUTCDate() <= 14
    const expected = aDay * (weekday === 0 || weekday === 6 ? 0.25 : 1.15) * (patchDay ? 5 : 1)
    const moments = Array.from({ length: random.poisson(expected) }, () => midnight + Math.floor(random.next() * day))
    for (const at of moments.sort((a, b) => a - b)) {
      if (at < from || at >= to) continue
      const drawn = drawAdvisory(random, at, list.length + 1)
      const everywhere = random.chance(0.004)
      list.push(everywhere ? { ...drawn, severity: 'critical', score: 98, exploitedAt: at + day, reach: 0.6 } : drawn)
    }
  }
  return list
}

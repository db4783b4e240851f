import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { bookings, findings } from '../../test/report/sources.ts'
import { planFor } from '../../test/rollup/folded.ts'
import { runningTotal } from '../report/derived.ts'
import { count, countDistinct } from '../report/measure.ts'
import { given, lastDays } from '../report/period.ts'
import { resolveReading } from '../report/reading.ts'
import { report } from '../report/report.ts'
import { Counters } from './counters.ts'
import { compileExpiry, expiryOfDay } from './expiry.ts'
import { compileFold } from './fold-row.ts'
import { segmentsOf } from './key.ts'
import { rangesOf } from './read.ts'

const reportOf = (members: object) => report({ name: 'x', permission: 'p', ...members } as never)
const trend = (grain: string, retain?: string) =>
  reportOf({
    from: findings,
    dimensions: { group: findings.assetGroup },
    time: { column: findings.firstSeenAt, grain },
    period: lastDays(3),
    measures: { opened: count(), closed: count({ at: findings.resolvedAt }), assets: countDistinct(findings.asset) },
    derive: { active: runningTotal({ add: 'opened', subtract: 'closed' }) },
    filters: ['asset'],
    ...(retain !== undefined && { retain }),
  })
const row: Readonly<Record<string, string | null>> = {
  asset: '0c\u0001web',
  asset_group: '2026-01-01',
  // 21 November 2026, 23:30 in UTC; it is the 22nd in Berlin.
  first_seen_at: '1795303800000000',
  resolved_at: '-infinity',
}

/** Of each key that the row adds to, by its segments: the day at whose beginning it expires, in UTC. */
function expiries(grain: string, retain?: string) {
  const plan = planFor(trend(grain, retain), 'Europe/Berlin')
  const counters = new Counters(compileExpiry(plan))
  compileFold(plan)((column) => row[column] ?? null, 1, counters)
  return Object.fromEntries(
    Array.from(counters, ({ sort, expiresAt }) => [
      segmentsOf(sort).slice(0, 2).join('|'),
      expiresAt === undefined ? 'stays' : Temporal.Instant.fromEpochMilliseconds(expiresAt * 1000).toString(),
    ]),
  )
}

describe('when counters expire', () => {
  test.each(['day', 'hour', 'month'])(
    'those of a day after what is retained and two days; totals and options never: by the %s',
    (grain) => {
      const day = '2026-12-05T00:00:00Z'
      const before = '0001-01-13T00:00:00Z'
      expect(expiries(grain, '10d')).toEqual({
        ...{ '0c|2026-11-22': day, '0t|v2026-01-01': 'stays', '0v1|2026-11-22': day },
        ...{ '1c|-': before, '1t|v2026-01-01': 'stays', 'o0|v0c\u0001web': 'stays' },
      })
    },
  )

  test('none does of a report that retains all', () => {
    expect(new Set(Object.values(expiries('day')))).toEqual(new Set(['stays']))
  })

  test('a time after every year is never over', () => {
    expect(expiryOfDay({ retainDays: 1 }, '~')).toBeUndefined()
    expect(expiryOfDay({ retainDays: 1 }, '9999-12-31')).toBeGreaterThan(0)
  })

  const instant = fc
    .integer({ min: Date.parse('1800-01-01') / 1000, max: Date.parse('2100-01-01') / 1000 })
    .map((second) => Temporal.Instant.fromEpochMilliseconds(second * 1000))
  /** Two of them were beyond the date line once; others change their clocks, or skipped a day. */
  const zones = [
    'UTC',
    'Etc/GMT+12',
    'Pacific/Kiritimati',
    'Asia/Manila',
    'America/Juneau',
    'Pacific/Apia',
    'America/Havana',
  ]
  const retain = fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((days) => `${days}d`),
    fc.integer({ min: 1, max: 200 }).map((hours) => `${hours}h`),
  )

  test('two days or more, and less than five, after the last moment at which a report may look there, in any zone', () => {
    let least = Number.POSITIVE_INFINITY
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), retain, fc.boolean(), (now, timeZone, retain, isDate) => {
        const made = isDate
          ? reportOf({
              from: bookings,
              time: { column: bookings.bookedOn },
              period: given('from', 'to'),
              measures: { n: count() },
              retain,
            })
          : reportOf({
              from: findings,
              time: { column: findings.firstSeenAt },
              period: given('from', 'to'),
              measures: { n: count() },
              retain,
            })
        const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
        const reading = (days: number) =>
          resolveReading(made, {
            ...{ tenant: { id: 'acme', timeZone }, attributes: {}, now },
            given: { from: today.subtract({ days }).toString(), to: today.add({ days: 1 }).toString() },
          })
        let days = 0
        for (; ; days++) {
          try {
            reading(days + 1)
          } catch {
            break
          }
        }
        const plan = planFor(made, timeZone)
        const [from] = segmentsOf(rangesOf(plan, reading(days))[0]?.from ?? '').slice(1)
        const margin = ((expiryOfDay(plan, from as string) as number) - now.epochMilliseconds / 1000) / 86_400
        least = Math.min(least, margin)
        expect(margin).toBeGreaterThanOrEqual(2)
        expect(margin).toBeLessThan(5)
      }),
      { numRuns: 100 },
    )
    // Or a day fewer would do as well.
    expect(least).toBeLessThan(3)
  })
})

import { expect, test } from 'vitest'
import { bookingHistory } from './booking-history.ts'
import { assetsOf, findingHistory } from './finding-history.ts'
import { createRandom } from './random.ts'

const now = Date.parse('2026-11-21T18:30:00Z')
const mobility = { tenant: 'a', timeZone: 'Asia/Tokyo', stations: 4, bookingsADay: 20, years: 1, seed: 7, now }
const security = { tenant: 'a', assets: 30, groups: ['x', 'y'], years: 1, seed: 7, now, advisoriesADay: 2 }
const bookings = (more: Partial<typeof mobility> = {}) => [...bookingHistory({ ...mobility, ...more })]
const findings = (more: Partial<typeof security> = {}) => findingHistory({ ...security, ...more })

test('the same seed gives the same history, another seed and another tenant another', () => {
  expect(bookings()).toEqual(bookings())
  expect(findings()).toEqual(findings())
  expect(bookings({ seed: 8 })).not.toEqual(bookings())
  expect(bookings({ tenant: 'b' })).not.toEqual(bookings())
  expect(findings({ tenant: 'b' })).not.toEqual(findings())
})

test('a booking is of its local day, in order, never in the future, and its status fits its times', () => {
  const day = new Intl.DateTimeFormat('sv', { timeZone: mobility.timeZone })
  let before = 0
  for (const booking of bookings()) {
    const { bookedAt, bookedOn, pickupAt, returnAt, cancelledAt, status, days, dailyRate, total } = booking
    expect(bookedAt).toBeGreaterThanOrEqual(before)
    before = bookedAt
    expect(bookedAt).toBeLessThanOrEqual(now)
    expect(bookedOn).toBe(day.format(bookedAt))
    expect(pickupAt).toBeGreaterThan(bookedAt)
    expect(returnAt - pickupAt).toBe(days * 86_400_000)
    expect(total).toBeGreaterThan(0)
    expect(total).toBeLessThanOrEqual(dailyRate * days)
    expect(cancelledAt !== null).toBe(status === 'cancelled')
    if (cancelledAt !== null) {
      expect(cancelledAt).toBeGreaterThanOrEqual(bookedAt)
      expect(cancelledAt).toBeLessThanOrEqual(Math.min(now, pickupAt))
    } else if (status !== 'no_show') {
      expect(status).toBe(pickupAt > now ? 'confirmed' : returnAt > now ? 'active' : 'completed')
    }
  }
})

test('summer is busier than winter, Friday than Sunday, and business grows', () => {
  const all = bookings({ years: 3, bookingsADay: 60 })
  const among = (test: (date: Date) => boolean) => all.filter(({ bookedOn }) => test(new Date(bookedOn))).length
  expect(among((date) => date.getUTCDay() === 5)).toBeGreaterThan(1.2 * among((date) => date.getUTCDay() === 0))
  const of = (year: number, ...months: number[]) =>
    among((date) => date.getUTCFullYear() === year && months.includes(date.getUTCMonth() + 1))
  expect(of(2026, 7, 8)).toBeGreaterThan(1.1 * of(2026, 2, 3))
  expect(of(2026, 9)).toBeGreaterThan(1.3 * of(2024, 9))
})

test('a finding is found and resolved by a daily scan of its asset, and never in the future', () => {
  const scans = new Map(assetsOf(security).map(({ name, scannedAt }) => [name, scannedAt]))
  const all = findings()
  for (const { asset, firstSeenAt, changedAt, resolvedAt } of all) {
    expect(firstSeenAt % 86_400_000).toBe(scans.get(asset))
    expect(firstSeenAt).toBeLessThanOrEqual(now)
    expect(changedAt).toBeLessThanOrEqual(now)
    expect(changedAt).toBeGreaterThanOrEqual(firstSeenAt)
    if (resolvedAt !== null) {
      expect(resolvedAt % 86_400_000).toBe(scans.get(asset))
      expect(resolvedAt).toBeLessThanOrEqual(now)
      expect(resolvedAt).toBeGreaterThanOrEqual(firstSeenAt)
    }
  }
  const open = all.filter(({ resolvedAt }) => resolvedAt === null).length
  expect(open).toBeGreaterThan(0.02 * all.length)
  expect(open).toBeLessThan(0.4 * all.length)
})

test('random numbers have the distribution that they are named after', () => {
  const random = createRandom('distributions')
  const mean = (draw: () => number) =>
    Array.from({ length: 20_000 }, draw).reduce((sum, each) => sum + each, 0) / 20_000
  expect(mean(() => random.poisson(4))).toBeCloseTo(4, 0)
  expect(mean(() => random.poisson(400)) / 400).toBeCloseTo(1, 1)
  expect(mean(() => random.exponential(3))).toBeCloseTo(3, 0)
  expect(mean(() => random.normal())).toBeCloseTo(0, 1)
  expect(mean(() => Number(random.weighted({ a: 3, b: 1 }) === 'a'))).toBeCloseTo(0.75, 1)
  expect(mean(() => Number(random.logNormal(5, 0.5) < 5))).toBeCloseTo(0.5, 1)
})

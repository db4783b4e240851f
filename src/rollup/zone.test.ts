import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { dayText, hourOf, instantOfLocal, microsecondsOfInstant, secondsOf, transitionsText, zoneOf } from './zone.ts'

const second = (iso: string): number => secondsOf(microsecondsOfInstant(iso))
const dayAt = (iso: string, timeZone: string) =>
  dayText(Math.floor((second(iso) + zoneOf(timeZone).offsetAt(second(iso))) / 86_400))
const hourAt = (iso: string, timeZone: string) =>
  new Date(hourOf(second(iso), zoneOf(timeZone).offsetAt(second(iso))) * 1000).toISOString()
const instantAt = (local: string, timeZone: string) =>
  Temporal.Instant.fromEpochNanoseconds(
    BigInt(instantOfLocal(microsecondsOfInstant(`${local}Z`), timeZone)) * 1000n,
  ).toString()

const zones = [
  ...['UTC', 'Europe/Berlin', 'Europe/Dublin', 'America/New_York', 'America/St_Johns', 'America/Sao_Paulo'],
  ...['Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Australia/Sydney', 'Pacific/Chatham', 'Pacific/Apia'],
  ...['Africa/Casablanca', 'Africa/Monrovia', 'Asia/Tehran', 'America/Havana', 'Antarctica/Troll', 'Asia/Manila'],
]
const zone = fc.constantFrom(...zones)
const [first, last] = [second('0001-01-02T00:00:00Z'), second('9999-12-30T23:59:59Z')]
const anySecond = fc.oneof(
  fc.integer({ min: first, max: last }),
  fc.integer({ min: second('1850-01-01T00:00:00Z'), max: second('2200-01-01T00:00:00Z') }),
)
const zoned = (at: number, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(timeZone)

// The calendar's own first look at a zone takes it many milliseconds.
describe('the clocks of a zone', { timeout: 30_000 }, () => {
  test('F4 the offset, the day and the hour of any instant of the years 1 to 9999 are those of the calendar', () => {
    fc.assert(
      fc.property(zone, fc.array(anySecond, { minLength: 1, maxLength: 5 }), (timeZone, instants) => {
        for (const at of instants) {
          const local = zoned(at, timeZone)
          const offset = zoneOf(timeZone).offsetAt(at)
          expect(offset, `${timeZone} at ${local}`).toBe(local.offsetNanoseconds / 1e9)
          expect(dayText(Math.floor((at + offset) / 86_400))).toBe(local.toPlainDate().toString())
          expect(hourOf(at, offset)).toBe(at - local.minute * 60 - local.second)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('F4 next to every transition, too', () => {
    fc.assert(
      fc.property(zone, anySecond, fc.constantFrom(-1, 0, 1), (timeZone, from, near) => {
        const transition = zoned(from, timeZone).getTimeZoneTransition('next')
        if (transition === null || transition.year > 9998) return
        const at = transition.epochMilliseconds / 1000 + near
        expect(zoneOf(timeZone).offsetAt(at)).toBe(zoned(at, timeZone).offsetNanoseconds / 1e9)
      }),
      { numRuns: 300 },
    )
  })

  test('F1 a local time is the instant that PostgreSQL takes it for: in a gap by the offset before, in a fold by the one after', () => {
    fc.assert(
      fc.property(zone, anySecond, fc.integer({ min: -7300, max: 7300 }), (timeZone, from, near) => {
        const transition = zoned(from, timeZone).getTimeZoneTransition('next')
        const around = transition === null || transition.year > 9998 ? zoned(from, timeZone) : transition
        const local = around.toPlainDateTime().add({ seconds: near })
        // Which is `later`: of a skipped time, what the clocks would show had they not been moved yet.
        const expected = local.toZonedDateTime(timeZone, { disambiguation: 'later' })
        expect(instantAt(local.toString(), timeZone)).toBe(expected.toInstant().toString())
      }),
      { numRuns: 400 },
    )
  })

  test.each([
    ['2026-03-29T02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
    ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T01:30:00Z'],
    ['2026-10-25T02:30:00.123456', 'Europe/Berlin', '2026-10-25T01:30:00.123456Z'],
    ['1582-10-10T12:00:00', 'UTC', '1582-10-10T12:00:00Z'],
    ['2026-04-05T01:45:00', 'Australia/Lord_Howe', '2026-04-04T15:15:00Z'],
  ])('local time %s in %s', (local, timeZone, instant) => {
    expect(instantAt(local, timeZone)).toBe(instant)
  })

  test.each([
    ['2026-11-21T23:30:00Z', 'Europe/Berlin', '2026-11-22'],
    ['2026-11-21T18:29:59.999999Z', 'Asia/Kolkata', '2026-11-21'],
    ['2026-11-21T18:30:00Z', 'Asia/Kolkata', '2026-11-22'],
    ['2500-07-01T22:30:00Z', 'Europe/Berlin', '2500-07-02'],
    ['9999-12-31T23:59:59Z', 'Pacific/Chatham', undefined],
    ['0001-01-01T00:00:00Z', 'America/New_York', undefined],
    ['0001-01-01T00:00:00Z', 'UTC', '0001-01-01'],
  ])('the day of %s in %s', (instant, timeZone, day) => {
    expect(dayAt(instant, timeZone)).toBe(day)
  })

  test('the hour begins where the clocks of the zone show a full hour', () => {
    expect(hourAt('2026-11-21T10:31:00Z', 'Asia/Kolkata')).toBe('2026-11-21T10:30:00.000Z')
    expect(hourAt('2026-11-21T10:29:00Z', 'Asia/Kolkata')).toBe('2026-11-21T09:30:00.000Z')
    expect(hourAt('1969-12-31T23:59:59Z', 'UTC')).toBe('1969-12-31T23:00:00.000Z')
  })

  test('microseconds are cut to seconds downwards, before 1970 and beyond what a double holds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (microseconds) => {
        const expected = Number((microseconds - (((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n)
        expect(secondsOf(microseconds)).toBe(expected)
        const near = Number(microseconds)
        if (Number.isSafeInteger(near)) expect(secondsOf(near)).toBe(expected)
      }),
    )
    expect(secondsOf(8_999_999_999_999_999)).toBe(8_999_999_999)
    expect(secondsOf(-1)).toBe(-1)
  })

  test('zones whose clocks differ have different transitions', () => {
    expect(transitionsText('Europe/Berlin')).not.toBe(transitionsText('Europe/Dublin'))
    expect(transitionsText('UTC')).toBe('')
  })
})

import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'

/** Zones whose clocks have been moved in unusual ways: by half an hour, over midnight, by a whole day, backward in summer. */
export const zones = [
  'UTC',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/Havana',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Antarctica/Troll',
  'Asia/Tehran',
  'Europe/Berlin',
] as const

/** An instant, and the zone that makes it one to look at. */
export interface Moment {
  readonly instant: string
  readonly zone: (typeof zones)[number]
}

/** Instants about which something happens to a zone's clocks or to the calendar. */
export const moments: readonly Moment[] = [
  { instant: '2024-02-29T12:00:00Z', zone: 'UTC' },
  { instant: '2021-11-07T06:00:00Z', zone: 'America/New_York' }, // back
  { instant: '2021-03-14T07:00:00Z', zone: 'America/New_York' }, // forward
  { instant: '2021-04-03T15:00:00Z', zone: 'Australia/Lord_Howe' }, // half an hour back
  { instant: '2021-10-02T15:30:00Z', zone: 'Australia/Lord_Howe' }, // half an hour forward
  { instant: '2011-12-30T10:00:00Z', zone: 'Pacific/Apia' }, // there is no 30th of December
  { instant: '2023-03-19T02:00:00Z', zone: 'Africa/Casablanca' }, // back for Ramadan
  { instant: '2022-11-06T05:00:00Z', zone: 'America/Havana' }, // back to midnight: the day has two
  { instant: '2018-11-04T03:00:00Z', zone: 'America/Sao_Paulo' }, // forward from midnight: the day has none
  { instant: '2019-02-17T02:00:00Z', zone: 'America/Sao_Paulo' }, // back from midnight to the day before
  { instant: '2010-11-07T02:31:00Z', zone: 'America/St_Johns' }, // back from one minute past midnight
  { instant: '2022-03-27T01:00:00Z', zone: 'Antarctica/Troll' }, // two hours forward
  { instant: '2022-10-30T01:00:00Z', zone: 'Europe/Berlin' }, // back
  { instant: '2022-03-21T20:30:00Z', zone: 'Asia/Tehran' }, // forward, for the last time
  { instant: '2020-12-31T23:59:59.999999Z', zone: 'Asia/Kathmandu' },
  { instant: '2023-01-01T00:00:00Z', zone: 'UTC' },
]

/** A zone, and often the one of the moment. */
export const zoneAbout = ({ zone }: Moment): fc.Arbitrary<string> =>
  fc.oneof(fc.constant(zone), fc.constantFrom(...zones))

const minute = 60_000_000
const hour = 60 * minute
const day = 24 * hour

/** Microseconds from the anchor, most of them few, so that groups and buckets meet. */
export const offsets: readonly number[] = [
  ...[0, 1, -1, 1_500_000, 59 * minute, -59 * minute, 60 * minute, -60 * minute, 30 * minute, -30 * minute],
  ...[2 * hour, -2 * hour, 5 * hour, -7 * hour, 12 * hour, -12 * hour, 13 * hour, -11 * hour, 23 * hour],
  ...[1, -1, 2, -2, 3, -3, 6, -6, 7, -7, 13, -20, 29, -30, 31, -31, -45, -61, 90].map((days) => days * day),
  ...[-400 * day + 5, 366 * day - 7],
]

export const instantAt = (anchor: string, offset: number): Temporal.Instant =>
  Temporal.Instant.from(anchor).add({ microseconds: offset })

export const dayAt = (anchor: string, offset: number): string => instantAt(anchor, offset).toString().slice(0, 10)

import type { ColumnDescription, ReportAnswer } from '../../src/http/wire.ts'

type Row = ReportAnswer['rows'][number]

export function answerOf(
  columns: readonly Partial<ColumnDescription>[],
  rows: readonly Row[],
  more: Partial<ReportAnswer> = {},
): ReportAnswer {
  return {
    report: 'report',
    asOf: '2026-11-22T10:30:00Z',
    lagSeconds: 1,
    stale: false,
    timeZone: 'Europe/Berlin',
    engine: 'replica',
    position: null,
    columns: columns.map((column) => ({
      role: 'measure',
      kind: 'integer',
      nullable: true,
      ...column,
      name: column.name ?? 'x',
      label: column.label ?? column.name ?? 'x',
    })),
    rows,
    ...more,
  }
}

export const timeColumn = (
  grain: NonNullable<ColumnDescription['grain']>,
  more: Partial<ColumnDescription> = {},
): Partial<ColumnDescription> => ({
  name: 'time',
  role: 'time',
  kind: grain === 'hour' ? 'timestamp' : 'date',
  grain,
  ...more,
})

/** Days one after another, as dates. */
export const daysFrom = (first: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => new Date(Date.parse(first) + at * 86_400_000).toISOString().slice(0, 10))

export const monthsFrom = (first: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => {
    const date = new Date(first)
    date.setUTCMonth(date.getUTCMonth() + at)
    return date.toISOString().slice(0, 10)
  })

/** A figure that goes up and down and is the same each time. */
const wave = (at: number, of: number, size: number): number =>
  Math.round(size * (1.4 + Math.sin(at / 3 + of) + 0.5 * Math.sin(at * 1.7 + of * 2) + 0.02 * at))

/** 60 days, the latest first and not over yet. */
export function trend(): ReportAnswer {
  let active = 1_240
  const rows = daysFrom('2026-09-24', 60).map((time, at) => {
    const [opened, resolved] = [wave(at, 1, 12), wave(at, 2, 11)]
    active += opened - resolved
    return { time, opened, resolved, active }
  })
  return answerOf(
    [
      timeColumn('day'),
      { name: 'opened', label: 'Found', better: 'lower' },
      { name: 'resolved', label: 'Resolved', better: 'higher' },
      { name: 'active', label: 'Active, end of day', role: 'derived', better: 'lower' },
    ],
    rows.reverse(),
  )
}

const channels = ['Website', 'App', 'Partner', 'Telephone', 'Counter', 'Fleet', 'Broker', 'Airport', 'Hotel', 'Fax']

/** Weeks by channel: a figure of several, by a dimension. */
export const byChannel = (count = 4): ReportAnswer =>
  answerOf(
    [{ name: 'channel', role: 'dimension', kind: 'text' }, timeColumn('week'), { name: 'bookings', label: 'Bookings' }],
    channels.slice(0, count).flatMap((channel, of) =>
      Array.from({ length: 16 }, (_, at) => ({
        channel,
        time: daysFrom('2026-08-03', 120)[at * 7] as string,
        bookings: Math.max(0, wave(at, of, 90 / (of + 1))),
      })),
    ),
  )

/** Averages: none on a day without rows; and a day that is not in the answer at all. */
export const gaps = (): ReportAnswer =>
  answerOf(
    [
      timeColumn('day'),
      { name: 'hours', label: 'Hours to resolve', kind: 'decimal', scale: 1, unit: 'hour', better: 'lower' },
    ],
    daysFrom('2026-11-01', 22)
      .map((time, at) => ({
        time,
        hours: [4, 5, 6, 12].includes(at) ? null : at === 9 ? '0.0' : (20 + wave(at, 3, 6)).toFixed(1),
      }))
      .filter((_, at) => at !== 17),
  )

/** Months of money, some below zero; two years. */
export const profit = (): ReportAnswer =>
  answerOf(
    [
      timeColumn('month'),
      { name: 'profit', label: 'Profit', kind: 'decimal', scale: 2, currency: 'EUR', better: 'higher' },
    ],
    monthsFrom('2025-06-01', 18).map((time, at) => ({ time, profit: (wave(at, 2, 90_000) - 120_000).toFixed(2) })),
  )

/** This month against the last: 22 days of one beside 31 of the other. */
export const comparison = (): ReportAnswer =>
  answerOf(
    [
      timeColumn('day', { periods: ['current', 'previous'] }),
      { name: 'bookings', label: 'Bookings', periods: ['current', 'previous'], better: 'higher' },
    ],
    daysFrom('2026-10-01', 31).map((previous, at) => ({
      time: { current: at < 22 ? (daysFrom('2026-11-01', 22)[at] as string) : null, previous },
      bookings: { current: at < 22 ? wave(at, 1, 40) : 0, previous: 8 + wave(at, 4, 36) },
    })),
  )

/** Two days of hours around the end of summer time in Berlin, which has 25 on 25 October. */
export const hours = (): ReportAnswer =>
  answerOf(
    [timeColumn('hour'), { name: 'logins', label: 'Sign-ins' }],
    Array.from({ length: 49 }, (_, at) => ({
      time: new Date(Date.parse('2026-10-24T22:00:00Z') + at * 3_600_000).toISOString().replace('.000', ''),
      logins: Math.max(0, wave(at, 0, 20) - 15),
    })),
  )

export const ranking = (count = 6): ReportAnswer =>
  answerOf(
    [
      { name: 'channel', role: 'dimension', kind: 'text', label: 'Channel' },
      { name: 'revenue', label: 'Revenue', kind: 'decimal', scale: 2, currency: 'EUR' },
      { name: 'part', label: 'Share', role: 'derived', kind: 'decimal', scale: 4, unit: 'percent' },
    ],
    [
      ['Website', '182345.50', '0.4312'],
      ['App', '120990.00', '0.2861'],
      ['Corporate travel partners and framework agreements', '71234.10', '0.1685'],
      ['Telephone', '30120.75', '0.0712'],
      ['Airport counter', '18111.00', '0.0428'],
      ['Fax', '83.20', '0.0002'],
      ['Letter', null, null],
      ['Walk-in', '0.00', '0.0000'],
    ]
      .slice(0, count)
      .map(([channel, revenue, part]) => ({ channel, revenue, part }) as Row),
  )

export const rankingBelowZero = (): ReportAnswer =>
  answerOf(
    [
      { name: 'team', role: 'dimension', kind: 'text', label: 'Team' },
      { name: 'change', label: 'Net change', better: 'lower' },
    ],
    [
      ['Platform', 42],
      ['Payments', 18],
      ['Identity', 0],
      ['Mobile', -9],
      ['Data', -31],
    ].map(([team, change]) => ({ team, change }) as Row),
  )

export const rankingComparison = (): ReportAnswer =>
  answerOf(
    [
      { name: 'vehicleClass', role: 'dimension', kind: 'text', label: 'Vehicle class' },
      { name: 'cancelled', label: 'Cancelled', periods: ['current', 'previous'], better: 'lower' },
    ],
    [
      ['Compact', 120, 96],
      ['Estate', 88, 101],
      ['Van', 40, 40],
      ['Premium', 12, 25],
    ].map(([vehicleClass, current, previous]) => ({ vehicleClass, cancelled: { current, previous } }) as Row),
  )

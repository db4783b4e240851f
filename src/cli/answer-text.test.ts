import { expect, test } from 'vitest'
import type { ReportAnswer } from '../http/wire.ts'
import { answerText } from './answer-text.ts'

const plain = { isTerminal: false, write: () => {}, paint: (_: unknown, text: string) => text }
const column = { role: 'measure', nullable: true, label: '' } as const

const answer: ReportAnswer = {
  report: 'comparison',
  asOf: '2026-11-01T09:30:00.5Z',
  lagSeconds: 70,
  stale: true,
  timeZone: 'Europe/Berlin',
  engine: 'replica',
  position: null,
  columns: [
    { ...column, name: 'station', role: 'dimension', kind: 'text' },
    { ...column, name: 'open', role: 'dimension', kind: 'boolean' },
    { ...column, name: 'bookings', kind: 'integer', periods: ['current', 'previous'] },
    { ...column, name: 'revenue', kind: 'decimal', scale: 2, currency: 'EUR', periods: ['current', 'previous'] },
    { ...column, name: 'growth', role: 'derived', kind: 'decimal', scale: 4, unit: 'percent' },
  ],
  rows: [
    {
      station: 'Süd\nkreuz',
      open: true,
      bookings: { current: 7, previous: 12 },
      revenue: { current: '12345678901234567890.10', previous: null },
      growth: '-0.3729',
    },
  ],
}

test('a column for each period, exact values, null as null, and a warning where it is stale', () => {
  expect(answerText(answer, 3.14, plain)).toBe(
    [
      'station     open  bookings.current  bookings.previous    revenue.current (EUR)  revenue.previous (EUR)  growth (%)',
      '----------  ----  ----------------  -----------------  -----------------------  ----------------------  ----------',
      'Süd\\nkreuz  true                 7                 12  12345678901234567890.10                    null      -37.29',
      '',
      '1 row, as of 2026-11-01 09:30:00.500 UTC (1 min 10 s behind), answered by the replica in 3.1 ms; days are those of Europe/Berlin',
      'Stale: older than the report allows (freshWithin).',
      '',
    ].join('\n'),
  )
})

test.each([
  ['0.2500', '25.00'],
  ['-0.0001', '-0.01'],
  ['1', '100'],
  ['0.5', '50'],
  ['12.345', '1234.5'],
  [null, 'null'],
])('the fraction %s is %s percent', (fraction, shown) => {
  const column = { name: 'part', role: 'derived', kind: 'decimal', nullable: true, label: '', unit: 'percent' } as const
  const text = answerText({ ...answer, columns: [column], rows: [{ part: fraction }] }, 1, plain)
  expect(text.split('\n')[2]?.trim()).toBe(shown)
})

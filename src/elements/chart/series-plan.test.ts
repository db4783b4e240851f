import { expect, test } from 'vitest'
import { answerOf, byChannel, comparison, gaps, timeColumn, trend } from '../../../test/browser/chart-answers.ts'
import { languageOf } from '../messages.ts'
import { mostSeries, planSeries, type SeriesChoice, type SeriesPlan } from './series-plan.ts'

const choice: SeriesChoice = { measures: [], split: undefined, grain: undefined, language: languageOf('en-GB') }
const plan = (answer: ReturnType<typeof answerOf>, more: Partial<SeriesChoice> = {}): SeriesPlan => {
  const planned = planSeries(answer, { ...choice, ...more })
  if (planned === undefined) throw new Error('nothing to draw')
  return planned
}

test('time runs forward, in whatever order the rows come', () => {
  const { slots, series } = plan(trend(), { measures: ['resolved', 'opened'] })
  expect([slots[0]?.time, slots.at(-1)?.time]).toEqual(['2026-09-24', '2026-11-22'])
  expect(series.map(({ label, look }) => [label, look])).toEqual([
    ['Resolved', 0],
    ['Found', 1],
  ])
})

test('the bucket that is still running is marked, and no other', () => {
  const { slots } = plan(trend())
  expect(slots.filter(({ partial }) => partial.length > 0).map(({ time }) => time)).toEqual(['2026-11-22'])
})

test('null is a gap, zero is zero, and a day that is not in the answer has no place', () => {
  const { slots, series } = plan(gaps())
  const numbers = series[0]?.numbers ?? []
  expect([numbers[4], numbers[9], numbers[12]]).toEqual([null, 0, null])
  const missing = slots.findIndex(({ place }) => place === 18)
  expect(slots[missing - 1]?.place).toBe(16)
})

test('exact values stand beside the numbers that are drawn', () => {
  const answer = answerOf(
    [timeColumn('day'), { name: 'total', kind: 'decimal', scale: 2 }],
    [{ time: '2026-11-01', total: '90071992547409.93' }],
  )
  expect(plan(answer).series[0]?.values).toEqual(['90071992547409.93'])
})

test('one figure of several by the values of a dimension, in a steady order', () => {
  const { series } = plan(byChannel())
  expect(series.map(({ label }) => label)).toEqual(['App', 'Partner', 'Telephone', 'Website'])
  const enumerated = answerOf(
    [
      {
        name: 'severity',
        role: 'dimension',
        kind: 'enum',
        values: ['high', 'low', 'other'].map((value) => ({ value, label: value.toUpperCase() })),
      },
      timeColumn('day'),
      { name: 'active' },
    ],
    ['other', 'low', 'high'].map((severity) => ({ severity, time: '2026-11-01', active: 1 })),
  )
  expect(plan(enumerated).series.map(({ label }) => label)).toEqual(['HIGH', 'LOW', 'OTHER'])
})

test('a dimension with labels is called by them', () => {
  const answer = answerOf(
    [
      { name: 'station', role: 'dimension' },
      { name: 'stationLabel', role: 'label', kind: 'text' },
      timeColumn('day'),
      { name: 'bookings' },
    ],
    [{ station: 7, stationLabel: 'Airport', time: '2026-11-01', bookings: 3 }],
  )
  expect(plan(answer).series.map(({ label, numbers }) => [label, numbers])).toEqual([['Airport', [3]]])
})

test('no more series than can be told apart: the greatest, and it is known how many there are', () => {
  const { series, seriesInAll } = plan(byChannel(10))
  expect([series.length, seriesInAll]).toEqual([mostSeries, 10])
  expect(series.map(({ label }) => label)).toContain('Website')
  expect(series.map(({ label }) => label)).not.toContain('Fax')
})

test('figures of different units or currencies are not drawn on one axis', () => {
  const answer = answerOf(
    [
      timeColumn('day'),
      { name: 'days', unit: 'day' },
      { name: 'revenue', currency: 'EUR' },
      { name: 'more', unit: 'day' },
    ],
    [{ time: '2026-11-01', days: 1, revenue: 2, more: 3 }],
  )
  expect(plan(answer).series.map(({ column }) => column.name)).toEqual(['days', 'more'])
  expect(plan(answer, { measures: ['revenue', 'days'] }).series.map(({ column }) => column.name)).toEqual(['revenue'])
})

test('figures of different units are not drawn on one axis, where neither is money', () => {
  const answer = answerOf(
    [timeColumn('day'), { name: 'days', unit: 'day' }, { name: 'bookings' }],
    [{ time: '2026-11-01', days: 1, bookings: 2 }],
  )
  expect(plan(answer).series.map(({ column }) => column.name)).toEqual(['days'])
})

test('in a comparison the first bucket stands beside the first, and what a period has no bucket for is no zero', () => {
  const { slots, series } = plan(comparison())
  expect(slots[0]?.times).toEqual({ current: '2026-11-01', previous: '2026-10-01' })
  expect(slots[30]).toMatchObject({ times: { previous: '2026-10-31' }, time: '2026-10-31', partial: [] })
  expect(series.map(({ period, isEarlier, look }) => [period, isEarlier, look])).toEqual([
    ['current', false, 0],
    ['previous', true, 0],
  ])
  expect(series[0]?.numbers[30]).toBe(null)
  expect(slots[21]?.partial).toEqual(['current'])
})

test('a report in SQL runs along its first day or instant; the host may say how long a bucket is', () => {
  const answer = answerOf(
    [
      { name: 'day', role: 'column', kind: 'date' },
      { name: 'total', role: 'column' },
    ],
    [
      { day: '2026-11-01', total: 1 },
      { day: '2026-11-03', total: 2 },
      { day: '2026-11-04', total: 3 },
    ],
  )
  expect(plan(answer).slots.map(({ place }) => place)).toEqual([0, 2, 3])
  expect(plan(answer, { grain: 'day' }).grain).toBe('day')
})

test('without time, or without a figure, there is nothing to draw', () => {
  expect(planSeries(answerOf([{ name: 'bookings' }], []), choice)).toBeUndefined()
  expect(planSeries(answerOf([timeColumn('day')], []), choice)).toBeUndefined()
})

import { expect, test } from 'vitest'
import type { ColumnDescription } from '../http/wire.ts'
import { planTable } from './table-plan.ts'

const column = (name: string, part: Partial<ColumnDescription> = {}): ColumnDescription => ({
  name,
  role: 'measure',
  kind: 'integer',
  nullable: false,
  label: name,
  ...part,
})
const station = column('station', { role: 'dimension' })
const stationLabel = column('stationLabel', { role: 'label', kind: 'text' })
const bookings = column('bookings', { periods: ['current', 'previous'] })
const growth = column('growth', { role: 'derived', kind: 'decimal', scale: 4, unit: 'percent' })

test('all columns are shown unless some are named, and those in the order in which they are', () => {
  const all = [column('a'), column('b'), column('c')]
  expect(planTable(all).columns.map(({ column }) => column.name)).toEqual(['a', 'b', 'c'])
  expect(planTable(all, ['c', 'a', 'unknown']).columns.map(({ column }) => column.name)).toEqual(['c', 'a'])
})

test('a dimension with labels shows them in its place, its own value where one is missing', () => {
  const { columns } = planTable([station, stationLabel, column('n')])
  expect(columns.map(({ column }) => column.name)).toEqual(['station', 'n'])
  expect(columns[0]?.isNumber).toBe(false)
  expect(columns[0]?.valueOf({ station: 7, stationLabel: 'Ueno', n: 1 })).toBe('Ueno')
  expect(columns[0]?.valueOf({ station: 7, stationLabel: null, n: 1 })).toBe(7)
})

test('a comparison has a column for each period under one heading', () => {
  const plan = planTable([station, bookings, growth])
  expect(plan.hasPeriods).toBe(true)
  expect(plan.heads.map(({ span }) => span)).toEqual([1, 2, 1])
  const row = { station: 7, bookings: { current: 12, previous: 10 }, growth: '0.2000' }
  expect(plan.columns.map((shown) => shown.valueOf(row))).toEqual([7, 12, 10, '0.2000'])
})

test('the first column says what a row is about, if it has one value', () => {
  expect(planTable([station, bookings]).columns.map(({ isHeading }) => isHeading)).toEqual([true, false, false])
  expect(planTable([bookings]).columns.some(({ isHeading }) => isHeading)).toBe(false)
})

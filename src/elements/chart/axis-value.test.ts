import { expect, test } from 'vitest'
import { answerOf } from '../../../test/browser/chart-answers.ts'
import type { ColumnDescription } from '../../http/wire.ts'
import { axisValue } from './axis-value.ts'

const column = (part: Partial<ColumnDescription>) => answerOf([part], []).columns[0] as ColumnDescription
const plain = (text: string) => text.replaceAll(/\s/g, ' ')

test('values at the axis are short, with the unit of their column and the digits that tell them apart', () => {
  expect(axisValue(column({}), 1500, 500, 'en')).toBe('1.5K')
  expect(axisValue(column({}), 1250, 50, 'en')).toBe('1.25K')
  expect(axisValue(column({ kind: 'decimal' }), 0.004, 0.002, 'en')).toBe('0.004')
  expect(plain(axisValue(column({ currency: 'EUR' }), 2_000_000, 500_000, 'de'))).toBe('2 Mio. €')
  expect(axisValue(column({ unit: 'percent' }), 0.25, 0.05, 'en')).toBe('25%')
  expect(axisValue(column({ unit: 'percent' }), 0.0025, 0.0005, 'en')).toBe('0.25%')
  expect(axisValue(column({ unit: 'hour' }), 40, 10, 'en')).toBe('40h')
  expect(axisValue(column({ unit: 'pallet' }), 40, 10, 'en')).toBe('40')
})

import { expect, test } from 'vitest'
import type { ColumnDescription } from '../http/wire.ts'
import { changeOf } from './change.ts'

const column = (part: Partial<ColumnDescription>): ColumnDescription => ({
  name: 'x',
  role: 'measure',
  kind: 'integer',
  nullable: true,
  label: 'X',
  ...part,
})

test('more is good news only where the report says that higher is better', () => {
  expect(changeOf(column({ better: 'higher' }), 12, 10)).toMatchObject({ direction: 'up', tone: 'good' })
  expect(changeOf(column({ better: 'lower' }), 12, 10)).toMatchObject({ direction: 'up', tone: 'bad' })
  expect(changeOf(column({ better: 'lower' }), 8, 10)).toMatchObject({ direction: 'down', tone: 'good' })
  expect(changeOf(column({}), 12, 10)).toMatchObject({ direction: 'up', tone: 'neutral' })
})

test('no movement is neither good nor bad', () => {
  expect(changeOf(column({ better: 'higher' }), '10.00', '10')).toMatchObject({ direction: 'same', tone: 'neutral' })
})

test('a change is a fraction of what was before, whatever its sign', () => {
  expect(changeOf(column({ kind: 'decimal', scale: 2 }), '5.00', '4.00')?.by).toBeCloseTo(0.25)
  expect(changeOf(column({}), -5, -10)?.by).toBeCloseTo(0.5)
})

test('a percentage changes by points', () => {
  expect(changeOf(column({ unit: 'percent', better: 'lower' }), '0.12', '0.10')).toMatchObject({
    kind: 'points',
    tone: 'bad',
  })
  expect(changeOf(column({ unit: 'percent' }), '0.12', '0')?.by).toBeCloseTo(0.12)
})

test('there is no change from nothing, nor from zero', () => {
  expect(changeOf(column({}), 10, null)).toBeUndefined()
  expect(changeOf(column({}), null, 10)).toBeUndefined()
  expect(changeOf(column({}), 10, 0)).toBeUndefined()
})

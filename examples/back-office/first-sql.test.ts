import { expect, test } from 'vitest'
import type { ColumnDescription } from '../../src/http/wire.ts'
import { saysTheSame } from './first-sql.ts'

const column = (name: string, kind: ColumnDescription['kind']): ColumnDescription => ({
  name,
  kind,
  role: 'measure',
  nullable: true,
  label: name,
})
const columns = [
  column('severity', 'enum'),
  column('active', 'integer'),
  column('worst', 'decimal'),
  column('oldest', 'timestamp'),
]
const high = { severity: 'high', active: '2', worst: '8.0', oldest: '2026-01-02 03:04:05.678+00' }
const low = { severity: 'low', active: '1', worst: null, oldest: '2026-01-03 00:00:00+00' }
const answered = [
  { severity: 'low', active: 1, worst: null, oldest: '2026-01-03T00:00:00Z' },
  { severity: 'high', active: 2, worst: '8.0', oldest: '2026-01-02T03:04:05.678Z' },
]

test('rows say the same whatever their order, and however a value is written', () => {
  expect(saysTheSame(columns, [high, low], answered)).toBe(true)
  expect(saysTheSame(columns, [], [])).toBe(true)
})

test.each([
  ['another figure', [{ ...high, active: '3' }, low]],
  ['a value for none', [high, { ...low, worst: '0' }]],
  ['another instant', [{ ...high, oldest: '2026-01-02 03:04:05.679+00' }, low]],
  ['a row too few', [high]],
  ['a row twice', [high, high]],
])('%s is not the same', (_, rows) => {
  expect(saysTheSame(columns, rows, answered)).toBe(false)
})

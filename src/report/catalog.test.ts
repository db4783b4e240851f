import { expect, test } from 'vitest'
import { refusalOf } from '../../test/report/refusal.ts'
import { findings } from '../../test/report/sources.ts'
import { catalog } from './catalog.ts'
import { integer } from './column.ts'
import { count } from './measure.ts'
import { report } from './report.ts'
import { sql } from './sql.ts'
import { sqlReport } from './sql-report.ts'

const named = (name: string) => report({ name, permission: 'p', from: findings, measures: { n: count() } })

test('a catalog keeps its reports in their order', () => {
  const reports = [named('b'), named('a')] as const
  expect(catalog(reports).reports).toEqual(reports)
})

test('a catalog refuses two reports of one name, whichever forms they take', () => {
  const raw = sqlReport({
    name: 'a',
    permission: 'p',
    row: { n: integer() },
    sql: () => sql`select 1 as n from ${findings}`,
  })
  expect(refusalOf(() => catalog([named('a'), named('b'), named('a')]))).toBe(
    'REPORT_INVALID: two reports are called "a"',
  )
  expect(refusalOf(() => catalog([named('a'), raw]))).toBe('REPORT_INVALID: two reports are called "a"')
})

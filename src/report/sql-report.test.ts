import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../test/report/refusal.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import { bigint, date, decimal, integer, nullable, text, timestamp } from './column.ts'
import { source } from './source.ts'
import { sql } from './sql.ts'
import { type SqlReportDefinition, sqlReport } from './sql-report.ts'

const byStatus = sqlReport({
  name: 'revenue-by-status',
  title: 'Revenue by status',
  permission: 'bookings.read',
  params: { from: date(), to: nullable(date()) },
  row: { status: text(), revenue: nullable(decimal({ scale: 2 })) },
  restrict: { guests: 'guests' },
  sql: ({ from, to, guests }) => sql`
    select status, sum(rate) as revenue from ${bookings}
    where booked_on >= ${from} and (${to} is null or booked_on < ${to}) and guest = any(${guests}) group by status`,
  freshWithin: '5m',
})

describe('a raw report', () => {
  test('is data: its statement is asked for once, with a place for each parameter', () => {
    expect(byStatus).toMatchObject({
      node: 'sqlReport',
      name: 'revenue-by-status',
      title: 'Revenue by status',
      permission: 'bookings.read',
      restrict: { guests: 'guests' },
      freshWithin: '5m',
    })
    const names = byStatus.sql.holes.map((hole) => ('node' in hole ? (hole as { name?: string }).name : hole))
    expect(names).toEqual([bookings, 'from', 'to', 'to', 'guests'])
    expect(byStatus.sources).toEqual([bookings])
    expect(Object.isFrozen(byStatus)).toBe(true)
  })

  test('reads each source once, however often it is named', () => {
    const { sources } = sqlReport({
      name: 'x',
      permission: 'p',
      row: { n: integer() },
      sql: () => sql`select 1 as n from ${findings}, ${findings}, ${bookings}`,
    })
    expect(sources).toEqual([findings, bookings])
  })

  test('may take nothing', () => {
    const raw = sqlReport({
      name: 'x',
      permission: 'p',
      row: { n: integer() },
      sql: () => sql`select 1 n from ${findings}`,
    })
    expect(raw).toMatchObject({ params: {}, restrict: {} })
  })

  const elsewhere = source('archive.booking', { columns: { id: bigint(), t: text() }, key: 'id', tenant: 't' })
  const one = () => sql`select 1 as n from ${findings}`
  test.each<[string, object, string]>([
    ['a bad name', { name: 'X' }, 'report "X": a name is lower-case words joined by hyphens, at most 63 characters'],
    ['no permission', { permission: '' }, 'permission: expected the name of the permission that reading takes'],
    ['a bad age', { freshWithin: '1 minute' }, 'freshWithin: expected a duration such as "60s", "5m", "2h" or "400d"'],
    ['a misspelt member', { restricts: { a: 'b' } }, 'restricts: a report has no such member'],
    ['what only the other form has', { limit: 10 }, 'limit: a report has no such member'],
    ['no row', { row: {} }, 'row: names no column'],
    ['no row at all', { row: undefined }, 'row: names no column'],
    ['a row of no columns', { row: { n: 'integer' } }, 'row.n: expected a column, such as text() or nullable(date())'],
    ['a bad scale', { row: { n: decimal({ scale: 99 }) } }, 'row.n.scale: expected a whole number from 0 to 38'],
    [
      'a bad name of a column',
      { row: { toString: integer() } },
      'row.toString: every JavaScript object has a member of that name: choose another',
    ],
    [
      'a parameter of no kind',
      { params: { a: {} } },
      'params.a: expected a column, such as text() or nullable(date())',
    ],
    [
      'a bad name of a parameter',
      { params: { 'a b': text() } },
      'params.a b: a name is a letter, then letters, digits and underscores, at most 63 characters',
    ],
    [
      'a parameter in local time',
      { params: { a: timestamp({ timeZone: 'Europe/Berlin' }) } },
      'params.a: a reader gives instants: declare timestamp() without a zone',
    ],
    [
      'a bad name of a restriction',
      { restrict: { '1': 'groups' } },
      'restrict.1: a name is a letter, then letters, digits and underscores, at most 63 characters',
    ],
    [
      'a restriction to nothing',
      { restrict: { a: '' } },
      "restrict.a: expected the name of the viewer's attribute that lists what is allowed",
    ],
    [
      'a restriction to a list',
      { restrict: { a: ['groups'] } },
      "restrict.a: expected the name of the viewer's attribute that lists what is allowed",
    ],
    [
      'a name twice',
      { params: { a: text() }, restrict: { a: 'groups' } },
      'restrict.a: the name also stands in `params`',
    ],
    ['an unused parameter', { params: { a: text() } }, 'sql: the statement does not use "a"'],
    ['T7 an unused restriction', { restrict: { a: 'groups' } }, 'sql: the statement does not use "a"'],
    [
      'no source',
      { sql: () => sql`select 1 as n` },
      'sql: the statement reads no source: a table is named by a hole that holds it',
    ],
    ['text', { sql: () => 'select 1' }, 'sql: expected a function that returns sql`…`'],
    [
      'the parameter of another',
      { sql: () => sql`select 1 as n from ${findings} where ${byStatus.sql.holes[1] as never}` },
      'sql: "from" is a parameter of another report',
    ],
    [
      'two tables of one name',
      { sql: () => sql`select 1 as n from ${bookings}, ${elsewhere}` },
      'sql: two of its sources would have the name "booking" in the statement',
    ],
  ])('with %s is refused', (_, change, message) => {
    const declare = (): SqlReportDefinition =>
      sqlReport({ name: 'x', permission: 'p', row: { n: integer() }, sql: one, ...change } as never)
    const prefix = message.startsWith('report') ? '' : 'report "x", '
    expect(refusalOf(declare)).toBe(`REPORT_INVALID: ${prefix}${message}`)
  })
})

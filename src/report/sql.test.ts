import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../test/report/refusal.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import { isPlaceholder, isSource, isSql, type Placeholder, sql } from './sql.ts'

const from: Placeholder = { node: 'placeholder', name: 'from' }

describe('a piece of SQL', () => {
  test('is its text and what stands in its holes, apart', () => {
    const piece = sql`select 1 from ${bookings} where booked_on >= ${from}`
    expect(piece.text).toEqual(['select 1 from ', ' where booked_on >= ', ''])
    expect(piece.holes).toEqual([bookings, from])
  })

  test('without holes is text alone', () => {
    expect(sql`select 1`).toEqual({ node: 'sql', text: ['select 1'], holes: [] })
  })

  test('in a hole of another becomes part of it', () => {
    const inner = sql`a = ${from} or b = ${from}`
    const outer = sql`select * from ${bookings} where (${inner}) and ${sql`true`} limit 1`
    expect(outer.text).toEqual(['select * from ', ' where (a = ', ' or b = ', ') and true limit 1'])
    expect(outer.holes).toEqual([bookings, from, from])
    expect(sql`${inner}`).toEqual(inner)
    expect(sql`${inner}${inner}`.text).toEqual(['a = ', ' or b = ', 'a = ', ' or b = ', ''])
  })

  test.each([
    ['text', 'x'],
    ['a number', 1],
    ['null', null],
    ['undefined', undefined],
    ['a list', [bookings]],
    ['an object', { name: 'from' }],
    ['a column', bookings.guest],
  ])('takes no value: %s', (_, value) => {
    expect(refusalOf(() => sql`select ${from} where ${value as never}`)).toBe(
      'REPORT_INVALID: sql: hole 2 holds neither a source, a parameter nor sql; give the report a parameter for it',
    )
  })

  test('is a template, never text that was put together', () => {
    for (const text of ['select 1', ['select 1'], undefined])
      expect(refusalOf(() => sql(text as never))).toContain('sql is a template tag')
  })

  test('keeps every backslash that is written twice, and refuses one that JavaScript would drop', () => {
    expect(sql`select '\\d+', E'\n\\%', '\`\${'`.text).toEqual(["select '\\d+', E'\n\\%', '`${'"])
    const lost = 'REPORT_INVALID: sql: JavaScript drops a single backslash; write it twice'
    expect(refusalOf(() => sql`select cve ~ '^CVE-\d+$'`)).toBe(lost)
    expect(refusalOf(() => sql`select name like '50\%'`)).toBe(lost)
    expect(refusalOf(() => sql`select ${from}, '\u'`)).toBe(lost)
    expect(refusalOf(() => sql`select ${from}, '\x41'`)).toBe(lost)
  })
})

test('a source is known by its symbol, whatever its columns are called', () => {
  expect(isSource(findings)).toBe(true)
  expect(isSource({ ...findings })).toBe(true)
  for (const other of [findings.asset, from, sql`select 1`, null, undefined, 'finding', {}])
    expect(isSource(other)).toBe(false)
  expect([isPlaceholder(from), isPlaceholder(findings), isPlaceholder(null)]).toEqual([true, false, false])
  expect([isSql(sql`select 1`), isSql(from), isSql('select 1')]).toEqual([true, false, false])
})

import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../test/report/refusal.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import { bigint, boolean, date, decimal, enumOf, integer, nullable, real, text, timestamp } from './column.ts'
import { bySchema, definition, source } from './source.ts'

const columns = { id: bigint(), tenantId: text() }

describe('a source', () => {
  test('has its columns bound to the table, and itself under a symbol', () => {
    expect(findings.assetGroup).toEqual({
      node: 'column',
      table: 'finding',
      property: 'assetGroup',
      column: 'asset_group',
      type: { kind: 'text' },
      nullable: true,
    })
    expect(findings[definition]).toMatchObject({ table: 'finding', key: ['id'], tenant: 'tenantId' })
    expect(bookings[definition].tenant).toBe(bySchema)
    expect(Object.keys(findings)).toEqual(Object.keys(findings[definition].columns))
  })

  test('maps property names to snake_case, unless told otherwise', () => {
    const { firstSeenAt, a, aB1, mail } = source('t', {
      columns: { firstSeenAt: timestamp(), a: text(), aB1: text(), mail: text({ column: 'E-Mail' }), id: bigint() },
      key: 'id',
      tenant: bySchema,
    })
    expect([firstSeenAt, a, aB1, mail].map(({ column }) => column)).toEqual(['first_seen_at', 'a', 'a_b1', 'E-Mail'])
  })

  test('may have columns called as its own properties are', () => {
    const named = source('t', {
      columns: { key: bigint(), table: text(), tenant: text(), columns: text(), node: text(), name: text() },
      key: ['key', 'name'],
      tenant: 'tenant',
    })
    expect(named.key.column).toBe('key')
    expect(named[definition]).toMatchObject({ table: 't', key: ['key', 'name'], tenant: 'tenant' })
  })

  test('cannot be changed', () => {
    for (const part of [findings, findings[definition], findings[definition].columns, findings.id, findings.id.type])
      expect(Object.isFrozen(part)).toBe(true)
  })

  test('may stand in another schema where tenancy is by column', () => {
    const refusal = refusalOf(() => source('crm.contact', { columns, key: 'id', tenant: 'tenantId' }))
    expect(refusal).toBeUndefined()
  })

  const declare = (table: string, change: object) => () =>
    source(table, { columns, key: 'id', tenant: 'tenantId', ...change } as never)
  test.each<[string, string, object, string]>([
    ['an empty name', '', {}, 'source "", table: the table\'s name is empty'],
    ['an empty schema', '.contact', {}, 'source ".contact", table: the table\'s name is empty'],
    ['three names', 'a.b.c', {}, 'source "a.b.c", table: expected `table` or `schema.table`'],
    [
      'a schema of its own where the schema is the tenant',
      'crm.contact',
      { tenant: bySchema },
      'source "crm.contact", table: with tenancy by schema the table is named without one',
    ],
    ['no tenant', 't', { tenant: undefined }, 'source "t", tenant: expected bySchema, or a column of the source'],
    ['an unknown tenant', 't', { tenant: 'x' }, 'source "t", tenant: expected bySchema, or a column of the source'],
    [
      'a tenant that every object has',
      't',
      { tenant: 'toString' },
      'source "t", tenant: expected bySchema, or a column of the source',
    ],
    ['an unknown key', 't', { key: ['id', 'x'] }, 'source "t", key: the source has no column "x"'],
    ['no key', 't', { key: [] }, 'source "t", key: expected different columns, at least one'],
    ['the same key twice', 't', { key: ['id', 'id'] }, 'source "t", key: expected different columns, at least one'],
  ])('with %s is refused', (_, table, change, message) => {
    expect(refusalOf(declare(table, change))).toBe(`REPORT_INVALID: ${message}`)
  })

  test.each([nullable(text()), decimal({ scale: 0 }), real(), date(), boolean(), enumOf('a')])(
    'T4 a tenant that is not one exact value is refused: %o',
    (tenantId) => {
      expect(refusalOf(declare('t', { columns: { id: bigint(), tenantId } }))).toBe(
        'REPORT_INVALID: source "t", tenant: "tenantId" must be text, a UUID or a whole number, and never null',
      )
    },
  )

  test.each<[object, string]>([
    [{ 'a-b': text() }, 'columns.a-b: a name is a letter, then letters, digits and underscores, at most 63 characters'],
    [{ constructor: text() }, 'columns.constructor: every JavaScript object has a member of that name: choose another'],
    [{ a: 'text' }, 'columns.a: expected a column, such as text() or nullable(date())'],
    [{ a: { type: { kind: 'json' } } }, 'columns.a: expected a column, such as text() or nullable(date())'],
    [{ a: text({ column: '' }) }, 'columns.a: the name in the database is empty'],
    [{ a: decimal({ scale: -1 }) }, 'columns.a.scale: expected a whole number from 0 to 38'],
    [{ a: decimal({ scale: 39 }) }, 'columns.a.scale: expected a whole number from 0 to 38'],
    [{ a: decimal({ scale: 1.5 }) }, 'columns.a.scale: expected a whole number from 0 to 38'],
    [{ a: decimal({} as never) }, 'columns.a.scale: expected a whole number from 0 to 38'],
    [
      { a: timestamp({ timeZone: 'CET' }) },
      'columns.a.timeZone: expected UTC or an Area/Location name of the IANA database, such as "Europe/Berlin"',
    ],
    [{ a: enumOf() }, 'columns.a: an enum lists its values'],
    [{ a: enumOf({}) }, 'columns.a: an enum lists its values'],
    [{ a: enumOf('x', 'y', 'x') }, 'columns.a: the enum lists "x" twice'],
    [{ a: enumOf('x', 'a\0b') }, 'columns.a: value 2 of the enum is not text'],
    [{ a: enumOf('x', 5 as never) }, 'columns.a: value 2 of the enum is not text'],
    [{ a: enumOf('x', '\ud800') }, 'columns.a: value 2 of the enum is not text'],
    [{ a: decimal({ scale: 2, currency: 'euro' }) }, 'columns.a.currency: expected a code of ISO 4217, such as "EUR"'],
    [{ a: text({ better: 'more' as never }) }, 'columns.a.better: expected "higher" or "lower"'],
  ])('with the column %o is refused', (more, message) => {
    expect(refusalOf(declare('t', { columns: { ...columns, ...more } }))).toBe(`REPORT_INVALID: source "t", ${message}`)
  })

  test('takes the widest scale, the zones of tenants, and an enum that lists `other`', () => {
    const more = {
      exact: decimal({ scale: 38 }),
      whole: decimal({ scale: 0 }),
      at: timestamp({ timeZone: 'Asia/Kolkata' }),
      state: enumOf('other', 'x'),
      n: integer(),
    }
    expect(refusalOf(declare('t', { columns: { ...columns, ...more } }))).toBeUndefined()
  })
})

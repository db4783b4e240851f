import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTenant } from './tenant.ts'

const fault = (input: unknown) => {
  const read = readTenant(input)
  return 'fault' in read ? `${read.fault.field}: ${read.fault.reason}` : 'accepted'
}

describe('a tenant', () => {
  test('has UTC unless it names a zone, and no schema unless it names one', () => {
    expect(readTenant({ id: 'acme' })).toStrictEqual({ tenant: { id: 'acme', timeZone: 'UTC' } })
    expect(readTenant({ id: 'acme', schema: null, timeZone: null })).toStrictEqual({
      tenant: { id: 'acme', timeZone: 'UTC' },
    })
    expect(readTenant({ id: 'acme', schema: 'Acme ä"', timeZone: 'Europe/Berlin' })).toStrictEqual({
      tenant: { id: 'acme', schema: 'Acme ä"', timeZone: 'Europe/Berlin' },
    })
  })

  test.each([
    [{ id: '' }, 'id: must not be empty'],
    [{ id: 7 }, 'id: must be a string'],
    [{}, 'id: must be a string'],
    [{ id: 'a\0' }, 'id: must hold neither NUL nor a lone surrogate'],
    [{ id: 'a\ud800' }, 'id: must hold neither NUL nor a lone surrogate'],
    [{ id: 'a', schema: '' }, 'schema: must not be empty'],
    [{ id: 'a', schema: 'pg_catalog' }, 'schema: must not be a schema of the system'],
    [{ id: 'a', schema: 'information_schema' }, 'schema: must not be a schema of the system'],
    [{ id: 'a', schema: 's'.repeat(64) }, 'schema: must be at most 63 bytes long'],
    [{ id: 'a', schema: 'ä'.repeat(32) }, 'schema: must be at most 63 bytes long'],
    [{ id: 'a', schema: 's\0' }, 'schema: must hold neither NUL nor a lone surrogate'],
    [{ id: 'a', timezone: 'Europe/Berlin' }, 'timezone: is not a field'],
    [null, ': must be an object'],
    ['acme', ': must be an object'],
    [['acme'], ': must be an object'],
  ])('%j is refused: %s', (input, message) => {
    expect(fault(input)).toBe(message)
  })

  test('a schema of exactly 63 bytes, or one that only resembles a system schema, is accepted', () => {
    for (const schema of ['s'.repeat(63), 'pg', 'PG_x', 'Information_Schema'])
      expect(fault({ id: 'a', schema })).toBe('accepted')
  })

  test.each(['', 'Mars/Olympus', '+02:00', 'Europe/Berlin ', 'CET', 'BST', 'PST', 'EST5EDT', 'GMT+1', 'utc'])(
    'the time zone %j is refused',
    (timeZone) => {
      expect(fault({ id: 'a', timeZone })).toContain('timeZone: must be UTC or an Area/Location name')
    },
  )

  test('every Area/Location zone of this runtime is accepted', () => {
    const zones = Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/'))
    expect(zones.length).toBeGreaterThan(300)
    for (const timeZone of ['UTC', ...zones]) expect(fault({ id: 'a', timeZone })).toBe('accepted')
  })

  test('T2 an id of any characters that PostgreSQL can hold is kept exactly as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (id) => {
        fc.pre(!id.includes('\0'))
        expect(readTenant({ id })).toStrictEqual({ tenant: { id, timeZone: 'UTC' } })
      }),
    )
  })
})

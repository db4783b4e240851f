import { expect, test } from 'vitest'
import { readTenants } from './tenant-list.ts'

const ids = (rows: readonly unknown[]) => readTenants(rows).tenants.map((tenant) => tenant.id)
const details = (rows: readonly unknown[]) => readTenants(rows).problems.map((problem) => problem.detail)

test('keeps the order of the source', () => {
  expect(ids([{ id: 'b' }, { id: 'a' }, { id: '10' }, { id: '9' }])).toEqual(['b', 'a', '10', '9'])
})

test('T2 of rows that share an id none is accepted', () => {
  const rows = [{ id: 'a', schema: 'one' }, { id: 'b' }, { id: 'a', schema: 'two' }]
  expect(ids(rows)).toEqual(['b'])
  expect(details(rows)).toEqual([
    'tenants["a"].id: stands in more than one row',
    'tenants["a"].id: stands in more than one row',
  ])
})

test('T2 an id whose other row is malformed is not accepted either', () => {
  expect(ids([{ id: 'a' }, { id: 'a', timeZone: 'nowhere' }, { id: 'b' }])).toEqual(['b'])
})

test('T2 of tenants that share a schema none is accepted', () => {
  const rows = [
    { id: 'a', schema: 'shared' },
    { id: 'b', schema: 'shared' },
    { id: 'c', schema: 'Shared' },
  ]
  expect(ids(rows)).toEqual(['c'])
  expect(details(rows)).toEqual([
    'tenants["a"].schema: belongs to more than one tenant',
    'tenants["b"].schema: belongs to more than one tenant',
  ])
})

test('tenants without a schema do not share one', () => {
  expect(ids([{ id: 'a' }, { id: 'b', schema: null }, { id: 'c' }])).toEqual(['a', 'b', 'c'])
})

test('a row without an id is named by its place', () => {
  expect(readTenants([{ id: 'a' }, { schema: 's' }, undefined]).problems).toEqual([
    { detail: 'tenants[1].id: must be a string' },
    { detail: 'tenants[2]: must be an object' },
  ])
})

test('a problem names the tenant and the field, and not the value', () => {
  const [problem] = readTenants([{ id: 'a', timeZone: 'secret-value' }]).problems
  expect(problem).toMatchObject({ tenant: 'a', detail: expect.stringContaining('tenants["a"].timeZone') })
  expect(problem?.detail).not.toContain('secret-value')
})

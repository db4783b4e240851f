import { describe, expect, test } from 'vitest'
import { refusalWith } from '../../test/report/definition.ts'
import { bookings, findings, groups } from '../../test/report/sources.ts'
import { bigint, enumOf, text } from './column.ts'
import { lookup } from './lookup.ts'
import { bySchema, source } from './source.ts'

const { asset, assetGroup, severity, firstSeenAt, id } = findings
const dimensions = { group: assetGroup, asset, severity, at: firstSeenAt, id }
const attribute = "expected the name of the viewer's attribute that lists what is allowed"

describe('a selection of what is not there is refused', () => {
  test.each<[string, object, string]>([
    ['an unknown filter', { filters: ['grp'] }, 'filters: "grp" is neither a dimension nor a column'],
    [
      'a filter that every object has',
      { filters: ['constructor'] },
      'filters: "constructor" is neither a dimension nor a column',
    ],
    ['a filter twice', { filters: ['group', 'asset', 'group'] }, 'filters: "group" stands there twice'],
    ['filters that are no list', { filters: 'group' }, 'filters: expected a list of names'],
    ['filters by name', { filters: { group: true } }, 'filters: expected a list of names'],
    [
      'T7 an unknown restriction',
      { restrict: { grp: 'groups' } },
      'restrict.grp: "grp" is neither a dimension nor a column',
    ],
    ['T7 a restriction to no attribute', { restrict: { group: '' } }, `restrict.group: ${attribute}`],
    ['T7 a restriction to a list', { restrict: { group: ['web'] } }, `restrict.group: ${attribute}`],
    ['T7 a restriction to nothing', { restrict: { group: undefined } }, `restrict.group: ${attribute}`],
  ])('%s', (_, members, message) => {
    expect(refusalWith({ dimensions, ...members })).toBe(message)
  })

  test('but not dimensions and columns', () => {
    const members = { filters: ['group', 'asset', 'cvss'], restrict: { group: 'groups', tenantId: 'tenants' } }
    expect(refusalWith({ dimensions, ...members })).toBeUndefined()
  })
})

describe('a lookup that does not fit is refused', () => {
  const shared = source('team', { columns: { id: text(), name: text() }, key: 'id', tenant: bySchema })
  const kinds = source('kind', {
    columns: { id: bigint(), tenantId: text(), level: enumOf('critical', 'high', 'low'), name: text() },
    key: 'id',
    tenant: 'tenantId',
  })
  const tenancy = "its source must have the same form of tenancy as the report's own, by column or by schema"

  test.each<[string, string, unknown, string]>([
    ['of no dimension', 'assetGroup', lookup(groups, 'id', 'name'), 'the report has no such dimension'],
    ['of what every object has', 'toString', lookup(groups, 'id', 'name'), 'the report has no such dimension'],
    ['that is none', 'group', undefined, 'expected lookup(source, key, label)'],
    ['that is a source', 'group', groups, 'expected lookup(source, key, label)'],
    ['T3 of the other form of tenancy', 'group', lookup(shared, 'id', 'name'), tenancy],
    ['by a key of another kind', 'group', lookup(kinds, 'id', 'name'), '"id" is bigint, and the dimension is text'],
    ['by an instant', 'at', lookup(groups, 'createdAt', 'name'), 'a key is text, a whole number or a UUID'],
    ['by an enum', 'severity', lookup(kinds, 'level', 'name'), 'a key is text, a whole number or a UUID'],
    ['by a float', 'group', lookup(groups, 'weight', 'name'), 'a key is text, a whole number or a UUID'],
    ['of an instant', 'group', lookup(groups, 'id', 'createdAt'), 'a label is text, a whole number or a UUID'],
  ])('%s', (_, dimension, each, message) => {
    expect(refusalWith({ dimensions, lookup: { [dimension]: each } })).toBe(`lookup.${dimension}: ${message}`)
  })

  test('but not one that fits', () => {
    for (const [dimension, each] of [
      ['group', lookup(groups, 'id', 'name')],
      ['asset', lookup(groups, 'name', 'id')],
      ['id', lookup(kinds, 'id', 'name')],
    ] as const)
      expect(refusalWith({ dimensions, lookup: { [dimension]: each } })).toBeUndefined()
    const guest = { from: bookings, dimensions: { guest: bookings.guest } }
    expect(refusalWith({ ...guest, lookup: { guest: lookup(shared, 'id', 'name') } })).toBeUndefined()
    expect(refusalWith({ ...guest, lookup: { guest: lookup(groups, 'id', 'name') } })).toBe(`lookup.guest: ${tenancy}`)
  })
})

import { expect, test } from 'vitest'
import { refusalOf } from '../../test/report/refusal.ts'
import { groups } from '../../test/report/sources.ts'
import { lookup } from './lookup.ts'

test('a lookup names its columns', () => {
  expect(lookup(groups, 'id', 'name')).toEqual({ source: groups, key: groups.id, label: groups.name })
})

test.each([
  ['uid', 'name', 'uid'],
  ['id', 'title', 'title'],
  ['toString', 'name', 'toString'],
])('a lookup of columns that the source does not have is refused: %s, %s', (key, label, missing) => {
  expect(refusalOf(() => lookup(groups, key as never, label as never))).toBe(
    `REPORT_INVALID: lookup in "asset_group": the source has no column "${missing}"`,
  )
})

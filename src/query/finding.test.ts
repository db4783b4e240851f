import { expect, test } from 'vitest'
import { error, mergeFindings, warning } from './finding.ts'

const missing = error('source "booking"', 'there is none', 'create it')
const slow = warning('source "booking"', 'no index', 'create index')

test('what is found in several schemas is said once, with their tenants; what is found in all, without', () => {
  const found = new Map([
    ['a', [slow]],
    ['b', [slow, missing]],
    ['c', [missing, slow]],
  ])
  expect(mergeFindings(found)).toEqual([slow, { ...missing, tenants: ['b', 'c'] }])
})

test('where there is one tenant, it is named', () => {
  expect(mergeFindings(new Map([['a', [missing]]]))).toEqual([{ ...missing, tenants: ['a'] }])
  expect(mergeFindings(new Map())).toEqual([])
})

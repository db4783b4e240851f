import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildPartition, directoryKey, keyPart, progressKey, requestsPartition, tenantPrefix } from './item-keys.ts'

const id = fc.oneof(
  fc.string({ unit: fc.constantFrom('#', '%', '%2', '23', '5', 'a', '\u0001', 's', 't', 'é', '0'), maxLength: 5 }),
  fc.tuple(fc.constantFrom('a', '#', '🪵'), fc.integer({ min: 85, max: 95 })).map(([c, length]) => c.repeat(length)),
)
const bytes = (value: string): number => Buffer.byteLength(value)

test('T6 no two builds have one partition key, whatever characters their tenants and streams have', () => {
  const build = fc.record({ tenant: id, number: fc.integer({ min: 1, max: 12 }) })
  fc.assert(
    fc.property(build, id, fc.nat(2), build, id, fc.nat(2), (a, s, i, b, t, j) => {
      const [one, two] = [buildPartition(s, a, i), buildPartition(t, b, j)]
      const isSame = a.tenant === b.tenant && a.number === b.number && s === t && i === j
      expect(one === two).toBe(isSame)
      expect(one.startsWith(`t#${keyPart(a.tenant)}#`)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('T6 what is of a tenant in the directory is found by its prefix, and nothing else is', () => {
  fc.assert(
    fc.property(id, id, id, id, (stream, tenant, report, other) => {
      const { sk } = directoryKey(stream, tenant, report)
      expect(sk.startsWith(tenantPrefix(other))).toBe(tenant === other)
    }),
    { numRuns: 1_000 },
  )
})

test('no key is longer than DynamoDB takes, however long its parts', () => {
  const long = '🪵%#'.repeat(5_000)
  const build = { tenant: long, number: Number.MAX_SAFE_INTEGER }
  expect(bytes(buildPartition(long, build, 999))).toBeLessThanOrEqual(2_048)
  expect(bytes(directoryKey(long, long, long).sk)).toBeLessThanOrEqual(1_024)
  expect(bytes(progressKey(long).pk)).toBeLessThanOrEqual(2_048)
  expect(progressKey(long).pk).not.toBe(progressKey(`${long}a`).pk)
})

test('no tenant has the keys of a stream', () => {
  expect(buildPartition('main', { tenant: 'requests', number: 1 })).not.toBe(requestsPartition('main'))
  fc.assert(
    fc.property(id, id, (stream, tenant) => {
      expect(buildPartition(stream, { tenant, number: 1 }).startsWith('s#')).toBe(false)
    }),
  )
})

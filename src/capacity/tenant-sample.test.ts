import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from './random.ts'
import { sampleTenants } from './tenant-sample.ts'
import { zipfShares } from './zipf.ts'

test('the tenants that are drawn stand for all of them, and have all of the changes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.double({ min: 0, max: 3, noNaN: true }),
      fc.integer(),
      (count, skew, seed) => {
        const sampled = sampleTenants(count, skew, new Random(seed))
        const sum = (of: (tenant: (typeof sampled)[number]) => number) =>
          sampled.reduce((total, each) => total + of(each), 0)
        expect(sum(({ weight }) => weight)).toBe(count)
        expect(sum(({ share, weight }) => share * weight)).toBeCloseTo(1, 9)
        expect(sampled[0]).toMatchObject({ rank: 0, weight: 1, share: zipfShares(count, skew)[0] })
        const ranks = sampled.map(({ rank }) => rank)
        expect(ranks).toEqual([...new Set(ranks)].sort((one, other) => one - other))
      },
    ),
  )
})

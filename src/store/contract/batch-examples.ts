import { expect } from 'vitest'
import type { Addition, Build } from '../report-store.ts'
import { applyTo, at, countersOf, type Example, newBuild, readyBuilds } from './example.ts'

const conflict = { code: 'STORE_CONFLICT' }
const add = (build: Build | undefined, sort: string, ...by: bigint[]): Addition => ({ build: build as Build, sort, by })

async function* oneByOne(additions: readonly Addition[]): AsyncGenerator<Addition> {
  yield* additions
}

export const batchExamples: readonly Example[] = [
  {
    title: 'S4 a stream that nothing was applied to is at the origin, in epoch 0',
    run: async ({ store, stream }) => {
      expect(await store.progress(stream)).toEqual({ position: at(0), committedAt: 0n, epoch: 0, source: '' })
      expect(await store.builds(stream)).toEqual([])
      expect(await store.changed(stream, ['a'], at(0))).toEqual({ position: at(0), committedAt: 0n, reports: [] })
      expect(await store.read(stream, { tenant: 'a', report: 'report', fingerprint: 'fingerprint' }, [])).toBeNull()
    },
  },
  {
    title: 'S1 a batch is added and moves the stream, with when and from what it came',
    run: async (scene) => {
      const [build] = await readyBuilds(scene, newBuild('a'))
      await applyTo(scene, 5, add(build, 'x', 1n, 2n), add(build, 'y', 3n), add(build, 'x', 10n))
      expect(await countersOf(scene, build as Build)).toEqual({ x: [11n, 2n], y: [3n] })
      const { epoch, ...moved } = await scene.other.progress(scene.stream)
      expect(moved).toEqual({ position: at(5), committedAt: 5_000_000n, source: 'source 5' })
    },
  },
  {
    title: 'S1 additions that come one by one are those that come at once',
    run: async (scene) => {
      const [build] = await readyBuilds(scene, newBuild('a'))
      const { epoch } = await scene.store.progress(scene.stream)
      const additions = oneByOne([add(build, 'x', 1n), add(build, 'x', 2n), add(build, 'y', 3n)])
      await scene.store.apply(scene.stream, { from: at(0), to: at(1), epoch, committedAt: 0n, source: '', additions })
      expect(await countersOf(scene, build as Build)).toEqual({ x: [3n], y: [3n] })
    },
  },
  {
    title: 'S1 S4 a batch that is in already is refused, and added once',
    run: async (scene) => {
      const { store, other, stream } = scene
      const [build] = await readyBuilds(scene, newBuild('a'))
      const { epoch } = await store.progress(stream)
      const batch = { from: at(0), to: at(1), epoch, committedAt: 0n, source: '', additions: [add(build, 'x', 1n)] }
      await store.apply(stream, batch)
      await expect(other.apply(stream, batch)).rejects.toMatchObject(conflict)
      await expect(store.apply(stream, { ...batch, to: at(2) })).rejects.toMatchObject(conflict)
      expect(await countersOf(scene, build as Build)).toEqual({ x: [1n] })
    },
  },
  {
    title: 'S1 of the same batch sent by two at once, one is added',
    run: async (scene) => {
      const { store, other, stream } = scene
      const [build] = await readyBuilds(scene, newBuild('a'))
      const { epoch } = await store.progress(stream)
      const batch = { from: at(0), to: at(1), epoch, committedAt: 0n, source: '', additions: [add(build, 'x', 1n)] }
      const sent = await Promise.allSettled([store, other, store, other].map((each) => each.apply(stream, batch)))
      expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await countersOf(scene, build as Build)).toEqual({ x: [1n] })
    },
  },
  {
    title: 'S4 a batch with a gap before it, or that does not move on, is refused',
    run: async (scene) => {
      const { store, stream } = scene
      const [build] = await readyBuilds(scene, newBuild('a'))
      await applyTo(scene, 3)
      const { epoch } = await store.progress(stream)
      const batch = { from: at(4), to: at(5), epoch, committedAt: 0n, source: '', additions: [add(build, 'x', 1n)] }
      await expect(store.apply(stream, batch)).rejects.toMatchObject(conflict)
      await expect(store.apply(stream, { ...batch, from: at(2) })).rejects.toMatchObject(conflict)
      await expect(store.apply(stream, { ...batch, from: at(3), to: at(3) })).rejects.toMatchObject(conflict)
      expect(await countersOf(scene, build as Build)).toEqual({})
      expect((await store.progress(stream)).position).toBe(at(3))
    },
  },
  {
    title: 'S4 a batch of another epoch is refused: its worker does not know every build',
    run: async (scene) => {
      const { store, stream } = scene
      const { epoch } = await store.progress(stream)
      const [build] = await readyBuilds(scene, newBuild('a'))
      const batch = { from: at(0), to: at(1), committedAt: 0n, source: '', additions: [add(build, 'x', 1n)] }
      await expect(store.apply(stream, { ...batch, epoch })).rejects.toMatchObject(conflict)
      await expect(store.apply(stream, { ...batch, epoch: epoch + 2 })).rejects.toMatchObject(conflict)
      await store.apply(stream, { ...batch, epoch: epoch + 1 })
      expect(await countersOf(scene, build as Build)).toEqual({ x: [1n] })
    },
  },
  {
    title: 'S1 additions that break off leave nothing behind',
    run: async (scene) => {
      const { store, stream } = scene
      const [build] = await readyBuilds(scene, newBuild('a'))
      const { epoch } = await store.progress(stream)
      function* additions(): Generator<Addition> {
        yield add(build, 'x', 1n)
        throw new RangeError('broken off')
      }
      const batch = { from: at(0), to: at(1), epoch, committedAt: 0n, source: '', additions: additions() }
      await expect(store.apply(stream, batch)).rejects.toThrow()
      expect((await store.progress(stream)).position).toBe(at(0))
      await applyTo(scene, 1, add(build, 'x', 5n))
      expect(await countersOf(scene, build as Build)).toEqual({ x: [5n] })
    },
  },
  {
    title: 'S5 any split into batches gives the same counters',
    run: async (scene) => {
      const [one, two] = await readyBuilds(scene, newBuild('a'), newBuild('b'))
      const images = Array.from({ length: 30 }, (_, i) => ({ sort: `k${i % 4}`, by: BigInt(i - 14) }))
      for (const [index, { sort, by }] of images.entries()) await applyTo(scene, index + 1, add(one, sort, by))
      await applyTo(scene, 100, ...images.map(({ sort, by }) => add(two, sort, by)))
      expect(await countersOf(scene, one as Build)).toEqual(await countersOf(scene, two as Build))
    },
  },
  {
    title: 'S6 what nets to zero is absent, within a batch and over several',
    run: async (scene) => {
      const [build] = await readyBuilds(scene, newBuild('a'))
      await applyTo(
        scene,
        1,
        add(build, 'x', 1n, 2n),
        add(build, 'y', 1n),
        add(build, 'y', -1n),
        add(build, 'z', 0n, 0n),
      )
      expect(Object.keys(await countersOf(scene, build as Build))).toEqual(['x'])
      await applyTo(scene, 2, add(build, 'x', -1n))
      expect(await countersOf(scene, build as Build)).toEqual({ x: [0n, 2n] })
      await applyTo(scene, 3, add(build, 'x', 0n, -2n), add(build, 'never', -1n), add(build, 'never', 1n))
      expect(await countersOf(scene, build as Build)).toEqual({})
      await applyTo(scene, 4, add(build, 'x', 7n))
      expect(await countersOf(scene, build as Build)).toEqual({ x: [7n] })
    },
  },
  {
    title: 'S2 numbers are exact at any size, and vectors as long as they need to be',
    run: async (scene) => {
      const [build] = await readyBuilds(scene, newBuild('a'))
      const [large, wide] = [2n ** 120n + 1n, Array.from({ length: 400 }, (_, i) => BigInt(i))]
      await applyTo(scene, 1, add(build, 'x', 2n ** 62n, 1n), add(build, 'w', ...wide), add(build, 'grows', 1n))
      await applyTo(scene, 2, add(build, 'x', large, 2n ** 63n - 1n, -(2n ** 63n)), add(build, 'w', 0n, 9n))
      await applyTo(scene, 3, add(build, 'x', 2n ** 62n, 1n), add(build, 'grows', 0n, 0n, 0n, 0n, 4n))
      expect(await countersOf(scene, build as Build)).toEqual({
        x: [large + 2n ** 63n, 2n ** 63n + 1n, -(2n ** 63n)],
        w: wide.map((value, index) => (index === 1 ? 10n : value)),
        grows: [1n, 0n, 0n, 0n, 4n],
      })
    },
  },
  {
    title: 'S1 a batch of many counters is in whole',
    run: async (scene) => {
      const [build] = await readyBuilds(scene, newBuild('a'))
      const length = scene.counters
      const many = Array.from({ length }, (_, index) => add(build, `key ${index}`, BigInt(index + 1)))
      await applyTo(scene, 1, ...many, ...many)
      const counters = Object.values(await countersOf(scene, build as Build))
      expect(counters).toHaveLength(length)
      expect(counters.reduce((sum, [value]) => sum + (value ?? 0n), 0n)).toBe(BigInt(length) * BigInt(length + 1))
      await applyTo(scene, 2, ...many.map(({ sort, by }) => add(build, sort, -2n * (by[0] as bigint))))
      expect(await countersOf(scene, build as Build)).toEqual({})
    },
  },
]

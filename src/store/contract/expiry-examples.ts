import { expect } from 'vitest'
import type { Addition, Build } from '../report-store.ts'
import { applyTo, at, countersOf, type Example, idOf, newBuild, readyBuilds } from './example.ts'
import { everything } from './truth.ts'

const reading = { tenant: 'a', report: 'report', fingerprint: 'fingerprint' }
const add = (build: Build, sort: string, by: bigint, expiresAt?: number): Addition => ({
  ...{ build, sort, by: [by] },
  ...(expiresAt !== undefined && { expiresAt }),
})

/** S9. The batches of examples are committed at their place, in seconds since 1970. */
export const expiryExamples: readonly Example[] = [
  {
    title: 'S9 a counter is read until the stream comes to where it expires, and others beside it stay',
    run: async (scene) => {
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await applyTo(scene, 1, add(build, 'day', 1n, 5), add(build, 'later', 2n, 6), add(build, 'total', 3n))
      await applyTo(scene, 2, add(build, 'day', 10n, 5))
      await applyTo(scene, 4)
      expect(await countersOf(scene, build)).toEqual({ day: [11n], later: [2n], total: [3n] })
      await applyTo(scene, 5)
      expect(await countersOf(scene, build)).toEqual({ later: [2n], total: [3n] })
      await applyTo(scene, 9)
      expect(await countersOf(scene, build)).toEqual({ total: [3n] })
      const read = await scene.other.read(scene.stream, reading, [everything, { from: 'd', to: 'm' }])
      expect(read?.counters.map((counters) => counters.map(({ sort }) => sort))).toEqual([['total'], []])
    },
  },
  {
    title: 'S9 to the microsecond: a batch that was committed just before does not expire a counter',
    run: async (scene) => {
      const { store, stream } = scene
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      const { epoch } = await store.progress(stream)
      const batch = (from: number, committedAt: bigint, ...additions: Addition[]) =>
        store.apply(stream, { from: at(from), to: at(from + 1), epoch, committedAt, source: '', additions })
      await batch(0, 4_999_999n, add(build, 'x', 1n, 5), add(build, 'gone', 1n, 4))
      expect(await countersOf(scene, build)).toEqual({ x: [1n] })
      await batch(1, 5_000_000n)
      expect(await countersOf(scene, build)).toEqual({})
    },
  },
  {
    title: 'S9 what is added to a counter that has expired is not read, whatever was left of it',
    run: async (scene) => {
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await applyTo(scene, 1, add(build, 'x', 1n, 3), add(build, 'y', 1n, 3))
      await applyTo(scene, 3, add(build, 'x', -1n, 3), add(build, 'new', 7n, 2), add(build, 'total', -1n))
      expect(await countersOf(scene, build)).toEqual({ total: [-1n] })
      await applyTo(scene, 4, add(build, 'y', 5n, 3))
      expect(await countersOf(scene, build)).toEqual({ total: [-1n] })
    },
  },
  {
    title: 'S9 a base brings nothing back that has expired',
    run: async (scene) => {
      const { store, stream } = scene
      await applyTo(scene, 3)
      const { epoch } = await store.progress(stream)
      const [build] = (await store.open(stream, [newBuild('a', 'report', at(3))], epoch)) as [Build]
      const rows = [
        { sort: 'gone', by: [1n], expiresAt: 3 },
        { sort: 'old', by: [1n], expiresAt: -62_135_596_800 },
        { sort: 'x', by: [2n], expiresAt: 4 },
        { sort: 'far', by: [3n], expiresAt: 99_999_999_999_999 },
        { sort: 'total', by: [4n] },
      ]
      await store.addBase(stream, idOf(build), 'one', rows)
      await store.ready(stream, idOf(build))
      expect(await countersOf(scene, build)).toEqual({ x: [2n], far: [3n], total: [4n] })
      await applyTo(scene, 4, add(build, 'x', 1n, 4), add(build, 'far', 1n, 99_999_999_999_999))
      expect(await countersOf(scene, build)).toEqual({ far: [4n], total: [4n] })
    },
  },
  {
    title: 'S9 S2 what a reader holds of a build expires without the build being changed',
    run: async (scene) => {
      const { other, stream } = scene
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await applyTo(scene, 1, add(build, 'x', 1n, 3))
      const held = await other.read(stream, reading, [everything])
      await applyTo(scene, 3)
      const known = await other.read(stream, reading, [everything], held?.build)
      expect(known).toMatchObject({ asOf: at(3), committedAt: 3_000_000n, build: { changedAt: at(1) }, counters: [] })
      expect(await countersOf(scene, build)).toEqual({})
    },
  },
]

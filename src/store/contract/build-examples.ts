import { expect } from 'vitest'
import type { Build } from '../report-store.ts'
import { applyTo, at, countersOf, type Example, idOf, newBuild, readyBuilds, stateOf } from './example.ts'
import { everything } from './truth.ts'

const conflict = { code: 'STORE_CONFLICT' }
const gone = { code: 'STORE_BUILD_GONE' }
const reading = { tenant: 'a', report: 'report', fingerprint: 'fingerprint' }
const x = (build: Build | undefined, by = 1n) => ({ build: build as Build, sort: 'x', by: [by] })

export const buildExamples: readonly Example[] = [
  {
    title: 'S4 builds are recorded all at once, numbered in their order, and raise the epoch by one',
    run: async ({ store, other, stream }) => {
      const before = Date.now()
      const given = [newBuild('b', 'report', at(7)), newBuild('a', 'report', at(8)), newBuild('a', 'another', at(7))]
      const opened = await store.open(stream, given, 0)
      expect(opened).toMatchObject(given.map((each) => ({ ...each, state: 'filling', changedAt: each.startsAt })))
      const [first, second, third] = opened.map(({ number }) => number) as [number, number, number]
      expect(first < second && second < third).toBe(true)
      expect(Math.abs((opened[0] as Build).since - before)).toBeLessThan(60_000)
      expect(await other.builds(stream)).toEqual(opened)
      expect((await other.progress(stream)).epoch).toBe(1)
    },
  },
  {
    title: 'S4 a build is not recorded in another epoch, nor where the stream is past its start',
    run: async (scene) => {
      const { store, stream } = scene
      await applyTo(scene, 5)
      const builds = [newBuild('a', 'report', at(5)), newBuild('b', 'report', at(4))]
      await expect(store.open(stream, builds, 0)).rejects.toMatchObject(conflict)
      await expect(store.open(stream, builds.slice(0, 1), 1)).rejects.toMatchObject(conflict)
      expect(await store.builds(stream)).toEqual([])
      await store.open(stream, builds.slice(0, 1), 0)
      await expect(store.open(stream, builds.slice(0, 1), 0)).rejects.toMatchObject(conflict)
      expect(await store.builds(stream)).toHaveLength(1)
    },
  },
  {
    title: 'S1 each chunk of a base is added once, beside what the batches add',
    run: async (scene) => {
      const { store, other, stream } = scene
      const [build] = (await store.open(stream, [newBuild('a', 'report', at(0))], 0)) as [Build]
      await store.addBase(stream, idOf(build), 'one', [
        { sort: 'x', by: [1n] },
        { sort: 'x', by: [2n] },
      ])
      await applyTo(scene, 1, x(build, 10n))
      await other.addBase(stream, idOf(build), 'one', [
        { sort: 'x', by: [1n] },
        { sort: 'x', by: [2n] },
      ])
      const again = [store, other].map((each) => each.addBase(stream, idOf(build), 'two', [{ sort: 'y', by: [5n] }]))
      await Promise.all(again)
      expect(await store.read(stream, reading, [everything])).toBeNull()
      await store.ready(stream, idOf(build))
      expect(await countersOf(scene, build)).toEqual({ x: [13n], y: [5n] })
      await expect(store.addBase(stream, idOf(build), 'three', [])).rejects.toMatchObject(gone)
    },
  },
  {
    title: 'S1 a chunk that breaks off leaves nothing behind',
    run: async (scene) => {
      const { store, stream } = scene
      const [build] = (await store.open(stream, [newBuild('a')], 0)) as [Build]
      function* broken() {
        yield { sort: 'x', by: [1n] }
        throw new RangeError('broken off')
      }
      await expect(store.addBase(stream, build, 'one', broken())).rejects.toThrow()
      await store.addBase(stream, build, 'one', [{ sort: 'x', by: [2n] }])
      await store.ready(stream, build)
      expect(await countersOf(scene, build)).toEqual({ x: [2n] })
    },
  },
  {
    title: 'S2 a build is read from the moment when the stream has come to its start',
    run: async (scene) => {
      const { store, stream } = scene
      const [build] = (await store.open(stream, [newBuild('a', 'report', at(5))], 0)) as [Build]
      await expect(store.ready(stream, idOf(build))).rejects.toMatchObject(conflict)
      await applyTo(scene, 4)
      await expect(store.ready(stream, idOf(build))).rejects.toMatchObject(conflict)
      await applyTo(scene, 5)
      await store.ready(stream, idOf(build))
      await store.ready(stream, idOf(build))
      const read = await store.read(stream, reading, [everything])
      expect(read).toMatchObject({
        asOf: at(5),
        committedAt: 5_000_000n,
        build: { state: 'ready', definition: build.definition },
      })
    },
  },
  {
    title: 'S8 a newer build replaces the one that was read, which is folded on and can be read again',
    run: async (scene) => {
      const { store, stream } = scene
      const [first] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      const [, second] = (await readyBuilds(scene, newBuild('a'))) as [Build, Build]
      expect((await store.builds(stream)).map(stateOf)).toEqual(['replaced', 'ready'])
      await applyTo(scene, 1, x(first), x(second, 2n))
      expect((await store.read(stream, reading, []))?.build.number).toBe(second.number)
      expect(await countersOf(scene, first)).toEqual({ x: [1n] })
      await store.ready(stream, idOf(first))
      expect((await store.builds(stream)).map(stateOf)).toEqual(['ready', 'replaced'])
      // Of one fingerprint the newest is read, whichever of them is the one that is ready.
      expect((await store.read(stream, reading, []))?.build.number).toBe(second.number)
    },
  },
  {
    title: 'S7 each definition of a report reads its own build, as long as it is there',
    run: async (scene) => {
      const { store, stream } = scene
      const [first] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      const [, second] = (await readyBuilds(scene, { ...newBuild('a'), fingerprint: 'newer' })) as [Build, Build]
      const newer = { ...reading, fingerprint: 'newer' }
      expect((await store.read(stream, reading, []))?.build).toMatchObject({ number: first.number, state: 'replaced' })
      expect((await store.read(stream, newer, []))?.build).toMatchObject({ number: second.number, state: 'ready' })
      await store.drop(stream, idOf(first))
      expect(await store.read(stream, reading, [])).toBeNull()
      expect(await store.read(stream, { ...reading, fingerprint: 'unknown' }, [])).toBeNull()
    },
  },
  {
    title: 'S8 a build that is retired is replaced by nothing, and read on',
    run: async (scene) => {
      const { store, stream } = scene
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await store.retire(stream, idOf(build))
      await store.retire(stream, idOf(build))
      expect((await store.builds(stream)).map(stateOf)).toEqual(['replaced'])
      await applyTo(scene, 1, x(build))
      expect((await store.read(stream, reading, [everything]))?.counters[0]).toMatchObject([{ sort: 'x' }])
      expect((await store.changed(stream, ['a'], at(0))).reports).toEqual([])
    },
  },
  {
    title: 'S2 a build that was stopped takes nothing, is never read, and says why',
    run: async (scene) => {
      const { store, stream } = scene
      const [one, two] = (await readyBuilds(scene, newBuild('a'), newBuild('b'))) as [Build, Build]
      await store.stop(stream, [idOf(one), { ...idOf(one), number: 999 }], 'a column is gone')
      await store.stop(stream, [idOf(one)], 'again')
      await applyTo(scene, 1, x(one), x(two))
      expect(await store.read(stream, reading, [])).toBeNull()
      await expect(store.read(stream, idOf(one), [])).rejects.toMatchObject(gone)
      await expect(store.ready(stream, idOf(one))).rejects.toMatchObject(gone)
      await expect(store.addBase(stream, idOf(one), 'c', [])).rejects.toMatchObject(gone)
      expect((await store.builds(stream))[0]).toMatchObject({
        state: 'stopped',
        detail: 'a column is gone',
        changedAt: at(0),
      })
      expect(await countersOf(scene, two)).toEqual({ x: [1n] })
    },
  },
  {
    title: 'S8 drop removes one build and nothing else; it fails a read, and never reads as zero',
    run: async (scene) => {
      const { store, other, stream } = scene
      const [one, two, three] = (await readyBuilds(scene, newBuild('a'), newBuild('a', 'other'), newBuild('b'))) as [
        Build,
        Build,
        Build,
      ]
      await applyTo(scene, 1, x(one), x(two), x(three))
      await store.drop(stream, idOf(one))
      await store.drop(stream, idOf(one))
      await expect(other.read(stream, idOf(one), [everything])).rejects.toMatchObject(gone)
      await expect(other.ready(stream, idOf(one))).rejects.toMatchObject(gone)
      await expect(other.addBase(stream, idOf(one), 'c', [])).rejects.toMatchObject(gone)
      expect(await other.read(stream, reading, [everything])).toBeNull()
      await applyTo(scene, 2, x(one), x(two))
      expect((await store.builds(stream)).map(({ number }) => number)).toEqual([two.number, three.number])
      expect([await countersOf(scene, two), await countersOf(scene, three)]).toEqual([{ x: [2n] }, { x: [1n] }])
      const { epoch } = await store.progress(stream)
      const [next] = (await store.open(stream, [newBuild('a', 'report', at(2))], epoch)) as [Build]
      expect(next.number).toBeGreaterThan(three.number)
      await store.ready(stream, idOf(next))
      expect(await countersOf(scene, next)).toEqual({})
    },
  },
  {
    title: 'S4 a restart drops all builds and begins elsewhere, in another epoch',
    run: async (scene) => {
      const { store, other, stream } = scene
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await applyTo(scene, 9, x(build))
      const { epoch } = await store.progress(stream)
      const anew = { position: at(3), source: 'another', epoch }
      await expect(store.restart(stream, { ...anew, epoch: epoch - 1 })).rejects.toMatchObject(conflict)
      expect(await countersOf(scene, build)).toEqual({ x: [1n] })
      const restarted = await store.restart(stream, anew)
      expect(restarted).toMatchObject({ position: at(3), source: 'another', epoch: epoch + 1 })
      expect(await other.progress(stream)).toEqual(restarted)
      expect(await other.builds(stream)).toEqual([])
      await expect(store.restart(stream, anew)).rejects.toMatchObject(conflict)
      const [next] = (await store.open(stream, [newBuild('a', 'report', at(3))], epoch + 1)) as [Build]
      expect(next.number).toBeGreaterThan(build.number)
    },
  },
]

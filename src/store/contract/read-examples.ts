import { expect } from 'vitest'
import { compareText } from '../../report/compare-text.ts'
import type { Build, State } from '../report-store.ts'
import { applyTo, at, countersOf, type Example, idOf, newBuild, readyBuilds } from './example.ts'
import { keys, rollups } from './history.ts'
import { everything } from './truth.ts'

const reading = { tenant: 'a', report: 'report', fingerprint: 'fingerprint' }

export const readExamples: readonly Example[] = [
  {
    title: 'S2 ranges are of whole keys in the order of their bytes, with their start and without their end',
    run: async (scene) => {
      const { store, stream } = scene
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await applyTo(scene, 1, ...keys.map((sort, index) => ({ build, sort, by: [BigInt(index + 1)] })))
      const sorted = [...keys].sort(compareText)
      const bounds = [...sorted, everything.to]
      const ranges = bounds.flatMap((from) => bounds.map((to) => ({ from, to })))
      const read = await store.read(stream, reading, ranges)
      for (const [index, { from, to }] of ranges.entries()) {
        const expected = sorted.filter((sort) => compareText(from, sort) <= 0 && compareText(sort, to) < 0)
        expect(read?.counters[index]?.map(({ sort }) => sort)).toEqual(expected)
      }
      const all = await store.read(stream, idOf(build), [everything])
      expect(all?.counters[0]?.map(({ sort, values }) => [sort, values[0]])).toEqual(
        sorted.map((sort) => [sort, BigInt(keys.indexOf(sort) + 1)]),
      )
    },
  },
  {
    title: 'S2 a long key is kept whole, and its neighbours apart',
    run: async (scene) => {
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      const long = 'ключ🪵'.repeat(4_000)
      const sorts = [long, `${long}a`, `${long}b`, long.slice(0, -2), 'z']
      await applyTo(scene, 1, ...sorts.map((sort) => ({ build, sort, by: [1n] })))
      await applyTo(scene, 2, { build, sort: `${long}a`, by: [-1n] }, { build, sort: long, by: [4n] })
      const left = sorts.filter((sort) => sort !== `${long}a`)
      const expected = Object.fromEntries(left.map((sort) => [sort, [sort === long ? 5n : 1n]]))
      expect(await countersOf(scene, build)).toEqual(expected)
      const only = await scene.store.read(scene.stream, idOf(build), [{ from: long, to: `${long}a` }])
      expect(only?.counters[0]?.map(({ sort }) => sort)).toEqual([long])
    },
  },
  {
    title: 'S2 a read without ranges tells how far its build is',
    run: async (scene) => {
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await applyTo(scene, 1, { build, sort: 'x', by: [1n] })
      const read = await scene.other.read(scene.stream, reading, [])
      expect(read).toEqual({
        asOf: at(1),
        committedAt: 1_000_000n,
        build: { ...build, changedAt: at(1) },
        counters: [],
      })
      const empty = await scene.other.read(scene.stream, reading, [
        { from: 'b', to: 'a' },
        { from: 'y', to: 'z' },
      ])
      expect(empty?.counters).toEqual([[], []])
    },
  },
  {
    title: 'S2 counters that the reader has are not read again until something is added',
    run: async (scene) => {
      const { other, stream } = scene
      const [build] = (await readyBuilds(scene, newBuild('a'), newBuild('b'))) as [Build]
      await applyTo(scene, 1, { build, sort: 'x', by: [1n] })
      const read = (known?: State) => other.read(stream, reading, [everything, everything], known)
      const known = (await read())?.build as Build
      await applyTo(scene, 2)
      expect(await read(known)).toEqual({ asOf: at(2), committedAt: 2_000_000n, build: known, counters: [] })
      const x = [{ sort: 'x', values: [1n] }]
      expect((await read({ ...known, number: known.number + 1 }))?.counters).toEqual([x, x])
      await applyTo(scene, 3, { build, sort: 'x', by: [1n] })
      const later = await read(known)
      expect(later?.build.changedAt).toBe(at(3))
      expect(later?.counters).toEqual([[{ sort: 'x', values: [2n] }], [{ sort: 'x', values: [2n] }]])
      expect(await other.read(stream, { ...reading, tenant: 'c' }, [everything], known)).toBeNull()
    },
  },
  {
    title: 'S2 S3 every read among batches is of one position, which never goes back',
    run: async (scene) => {
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      const sorts = Array.from({ length: 50 }, (_, index) => `key ${index}`)
      let isDone = false
      const write = async (): Promise<void> => {
        for (let place = 1; place <= 30; place++)
          await applyTo(scene, place, ...sorts.map((sort) => ({ build, sort, by: [1n] })))
        isDone = true
      }
      const watch = async (): Promise<void> => {
        let last = at(0)
        while (!isDone) {
          const read = await scene.other.read(scene.stream, reading, [everything])
          const found = new Set(read?.counters[0]?.map(({ values }) => at(Number(values[0]))))
          expect(read?.asOf && read.asOf >= last).toBe(true)
          expect([...found]).toEqual(read?.asOf === at(0) ? [] : [read?.asOf])
          last = read?.asOf as string
        }
      }
      await Promise.all([write(), watch(), watch()])
      expect((await scene.other.read(scene.stream, reading, []))?.asOf).toBe(at(30))
    },
  },
  {
    title: 'S7 T6 no build shows anything of another, whatever characters its tenant and report have',
    run: async (scene) => {
      const names = [
        ...rollups,
        { tenant: 'a/r', report: 'r' },
        { tenant: 'a', report: 'R' },
        { tenant: 'é', report: 'r' },
      ]
      const more = [
        { tenant: 'e\u0301', report: 'r' },
        { tenant: ' a', report: 'r' },
        { tenant: '%', report: '_' },
      ]
      const builds = await readyBuilds(
        scene,
        ...[...names, ...more].map(({ tenant, report }) => newBuild(tenant, report)),
      )
      await applyTo(scene, 1, ...builds.map((build, index) => ({ build, sort: `own ${index}`, by: [1n] })))
      for (const [index, build] of builds.entries()) {
        const { tenant, report, fingerprint } = build
        const read = await scene.store.read(scene.stream, { tenant, report, fingerprint }, [everything])
        expect(read?.build).toMatchObject(idOf(build))
        expect(read?.counters[0]?.map(({ sort }) => sort)).toEqual([`own ${index}`])
        const { reports } = await scene.store.changed(scene.stream, [tenant], at(0))
        expect(reports.every((each) => each.tenant === tenant)).toBe(true)
        expect(reports).toContainEqual(expect.objectContaining({ tenant, report, changedAt: at(1) }))
      }
    },
  },
  {
    title: 'S7 a build is known by its tenant, its report and its number together',
    run: async (scene) => {
      const { store, stream } = scene
      const [one, two] = (await readyBuilds(scene, newBuild('a'), newBuild('b'))) as [Build, Build]
      const gone = { code: 'STORE_BUILD_GONE' }
      for (const mixed of [
        { ...idOf(one), tenant: 'b' },
        { ...idOf(one), report: 'other' },
        { ...idOf(one), number: two.number },
      ]) {
        await expect(store.read(stream, mixed, [everything])).rejects.toMatchObject(gone)
        await expect(store.ready(stream, mixed)).rejects.toMatchObject(gone)
        await expect(store.addBase(stream, mixed, 'c', [])).rejects.toMatchObject(gone)
        await store.drop(stream, mixed)
        await store.stop(stream, [mixed], 'why')
        await applyTo(scene, mixed.number * 10 + mixed.report.length + (mixed.tenant === 'a' ? 1_000 : 0), {
          build: mixed,
          sort: 'x',
          by: [1n],
        })
      }
      for (const build of [one, two]) expect(await countersOf(scene, build)).toEqual({})
    },
  },
  {
    title: 'S7 streams know nothing of each other',
    run: async (scene) => {
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await applyTo(scene, 7, { build, sort: 'x', by: [1n] })
      const elsewhere = { ...scene, stream: `${scene.stream} elsewhere` }
      expect((await scene.store.progress(elsewhere.stream)).position).toBe(at(0))
      expect(await scene.store.read(elsewhere.stream, reading, [everything])).toBeNull()
      const [other] = (await readyBuilds(elsewhere, newBuild('a'))) as [Build]
      await applyTo(elsewhere, 2, { build: other, sort: 'y', by: [1n] })
      await scene.store.drop(elsewhere.stream, idOf(other))
      expect(await countersOf(scene, build)).toEqual({ x: [1n] })
    },
  },
  {
    title: 'S2 what changed is told of the builds that are read, since a position',
    run: async (scene) => {
      const { store, other, stream } = scene
      const builds = await readyBuilds(scene, newBuild('a'), newBuild('a', 'other'), newBuild('b'))
      const [one, two, three] = builds as [Build, Build, Build]
      await applyTo(scene, 1, { build: one, sort: 'x', by: [1n] }, { build: three, sort: 'x', by: [1n] })
      await applyTo(scene, 2, { build: two, sort: 'x', by: [1n] }, { build: one, sort: 'x', by: [0n] })
      await applyTo(scene, 3)
      const told = async (tenants: string[], since: number) => {
        const { position, committedAt, reports } = await other.changed(stream, tenants, at(since))
        expect([position, committedAt]).toEqual([at(3), 3_000_000n])
        return reports.map(({ tenant, report, changedAt }) => `${tenant} ${report} ${Number(changedAt)}`).sort()
      }
      expect(await told(['a', 'b'], 0)).toEqual(['a other 2', 'a report 1', 'b report 1'])
      expect(await told(['a'], 1)).toEqual(['a other 2'])
      expect(await told(['a', 'b'], 2)).toEqual([])
      expect(await told([], 0)).toEqual([])
      expect((await store.builds(stream)).map(({ changedAt }) => Number(changedAt))).toEqual([1, 2, 1])
    },
  },
  {
    title: 'what operators ask is answered where they can see it, in its order',
    run: async ({ store, other, stream }) => {
      const before = Date.now()
      const first = await store.ask(stream, { kind: 'rebuild', tenant: 'a', report: 'report' })
      const second = await store.ask(stream, { kind: 'verify' })
      const asked = await other.requests(stream)
      expect(asked).toMatchObject([
        { id: first, kind: 'rebuild', tenant: 'a', report: 'report', state: 'waiting', outcome: '' },
        { id: second, kind: 'verify', state: 'waiting', outcome: '' },
      ])
      expect(asked[1]).not.toHaveProperty('tenant')
      expect(Math.abs((asked[0]?.askedAt ?? 0) - before)).toBeLessThan(60_000)
      await other.answer(stream, second, { state: 'running', outcome: '{"rows":1}' })
      await other.answer(stream, first, { state: 'failed', outcome: '"é"' })
      await other.answer(stream, 'of nobody', { state: 'done', outcome: '' })
      expect(await store.requests(stream)).toMatchObject([
        { id: first, state: 'failed', outcome: '"é"' },
        { id: second, state: 'running', outcome: '{"rows":1}' },
      ])
      expect(await store.requests(`${stream} elsewhere`)).toEqual([])
    },
  },
  {
    title: 'a request that is withdrawn is gone, whoever answers it, and no other is',
    run: async ({ store, other, stream }) => {
      const gone = await store.ask(stream, { kind: 'verify', tenant: 'a' })
      const stays = await store.ask(stream, { kind: 'verify', tenant: 'b' })
      await other.withdraw(`${stream} elsewhere`, gone)
      await other.answer(stream, gone, { state: 'running', outcome: '' })
      await other.withdraw(stream, gone)
      await other.withdraw(stream, gone)
      await store.answer(stream, gone, { state: 'done', outcome: '' })
      expect((await store.requests(stream)).map(({ id }) => id)).toEqual([stays])
    },
  },
]

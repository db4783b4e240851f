import { expect } from 'vitest'
import type { Build, Filling } from '../report-store.ts'
import { applyTo, at, countersOf, type Example, idOf, newBuild, readyBuilds } from './example.ts'

const byNumber = (a: { readonly number: number }, b: { readonly number: number }): number => a.number - b.number

export const fillingExamples: readonly Example[] = [
  {
    title: 'how far a filling has come is seen by every process, and of the builds that it is about',
    run: async (scene) => {
      const { store, other, stream } = scene
      const [former] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      const { epoch, position } = await store.progress(stream)
      expect(await store.progress(stream)).not.toHaveProperty('filling')
      const wanted = [newBuild('a', 'report', position), newBuild('a', 'another', position), newBuild('b')]
      const opened = (await store.open(stream, wanted, epoch)) as [Build, Build, Build]
      const [one, two] = opened
      const named = (build: Build) => ({ ...idOf(build), fingerprint: 'fingerprint' })
      expect([...(await other.fillings(stream, ['a']))].sort(byNumber)).toEqual([named(one), named(two)])
      const before = Date.now()
      await store.tellFilling(stream, { first: one.number, last: one.number, share: 0.25, isOver: false })
      const { filling } = await other.progress(stream)
      expect(filling).toMatchObject({ first: one.number, last: one.number, share: 0.25, isOver: false })
      expect(Math.abs((filling?.toldAt ?? 0) - before)).toBeLessThan(60_000)
      expect([...(await other.fillings(stream, ['a', 'nobody']))].sort(byNumber)).toEqual([
        { ...named(one), filling },
        named(two),
      ])
      expect(await other.fillings(stream, [])).toEqual([])
      expect((await other.changed(stream, [], at(0))).filling).toEqual(filling)
      await applyTo(scene, Number(position) + 1)
      expect((await other.progress(stream)).filling).toEqual(filling)
      await store.ready(stream, idOf(one))
      expect((await other.fillings(stream, ['a'])).map(({ number }) => number)).toEqual([two.number])
      const { reports } = await other.changed(stream, ['a'], at(0))
      expect(reports.map(({ number }) => number)).not.toContain(former.number)
    },
  },
  {
    title: 'S4 what is told of a filling changes nothing else, and a batch goes on over it',
    run: async (scene) => {
      const { store, stream } = scene
      const [build] = (await readyBuilds(scene, newBuild('a'))) as [Build]
      await applyTo(scene, 1, { build, sort: 'x', by: [1n] })
      const { filling: _, ...before } = await store.progress(stream)
      const told = (share: number | null, isOver = false): Filling => ({ first: 1, last: 9, share, isOver })
      const batch = { from: at(1), to: at(2), epoch: before.epoch, committedAt: 2n, source: 'source' }
      await store.tellFilling(stream, told(null))
      expect(await store.progress(stream)).toMatchObject({ ...before, filling: told(null) })
      const additions = [{ build, sort: 'x', by: [1n] }]
      await Promise.all([
        store.apply(stream, { ...batch, additions }),
        ...[0.5, 0.6, 0.7].map((share) => store.tellFilling(stream, told(share))),
      ])
      expect(await countersOf(scene, build)).toEqual({ x: [2n] })
      await store.tellFilling(stream, told(1, true))
      expect(await store.progress(stream)).toMatchObject({ position: at(2), filling: told(1, true) })
    },
  },
  {
    title: 'what is told late, of builds that were filled before others, is left out; a restart forgets all of it',
    run: async (scene) => {
      const { store, other, stream } = scene
      await readyBuilds(scene, newBuild('a'))
      await store.tellFilling(stream, { first: 4, last: 5, share: 0.5, isOver: false })
      await other.tellFilling(stream, { first: 2, last: 3, share: 0.9, isOver: true })
      expect((await store.progress(stream)).filling).toMatchObject({ first: 4, share: 0.5, isOver: false })
      const { epoch } = await store.progress(stream)
      await store.restart(stream, { position: at(1), source: '', epoch })
      expect(await other.progress(stream)).not.toHaveProperty('filling')
      expect(await other.changed(stream, [], at(0))).not.toHaveProperty('filling')
      await store.tellFilling(stream, { first: 6, last: 6, share: 0, isOver: false })
      expect((await other.progress(stream)).filling).toMatchObject({ first: 6 })
    },
  },
]

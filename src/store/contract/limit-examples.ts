import { expect } from 'vitest'
import { type Build, type ReportStore, UnfitCounters } from '../report-store.ts'
import { applyTo, at, countersOf, type Example, newBuild, readyBuilds } from './example.ts'

/** Within what any store holds, past what some do, and past what most do. */
const amounts = [10n ** 30n, 10n ** 50n, 10n ** 120_000n]

/** Undefined where the store holds it. What else it throws is thrown. */
async function refused(work: Promise<void>): Promise<UnfitCounters | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof UnfitCounters) return error
    throw error
  }
}

async function stateOf(store: ReportStore, stream: string, { number }: Build): Promise<Build | undefined> {
  return (await store.builds(stream)).find((build) => build.number === number)
}

/** Whatever a store holds, and however much of it: these are the same everywhere. */
export const limitExamples: readonly Example[] = amounts.flatMap((amount): Example[] => {
  const digits = amount.toString().length
  return [
    {
      title: `S1 S5 a number of ${digits} digits is exact, or ends its build alone: the same batch is then in for all others, once`,
      run: async (scene) => {
        const { store, other, stream } = scene
        const [one, two] = (await readyBuilds(scene, newBuild('a'), newBuild('b'))) as [Build, Build]
        await applyTo(scene, 1, { build: one, sort: 'x', by: [1n] }, { build: two, sort: 'x', by: [1n] })
        const { epoch } = await store.progress(stream)
        const additions = [
          { build: two, sort: 'x', by: [10n] },
          { build: one, sort: 'x', by: [amount] },
          { build: one, sort: 'y', by: [1n] },
          { build: two, sort: 'z', by: [5n] },
        ]
        const batch = { from: at(1), to: at(9), epoch, committedAt: 9n, source: '', additions }
        const unfit = await refused(store.apply(stream, batch))
        if (unfit === undefined) {
          expect(await countersOf(scene, one)).toEqual({ x: [amount + 1n], y: [1n] })
        } else {
          expect(unfit).toMatchObject({ code: 'STORE_LIMIT', builds: [{ build: { number: one.number } }] })
          expect(unfit.builds).toHaveLength(1)
          expect((await other.progress(stream)).position).toBe(at(1))
          // Another worker that comes to it meets the same.
          expect(await refused(other.apply(stream, batch))).toMatchObject({ builds: [{ build: { tenant: 'a' } }] })
          const [{ detail }] = unfit.builds as [UnfitCounters['builds'][number]]
          expect(detail).toMatch(/report "report" of tenant "a", counter "x": .*digits/)
          await store.stop(stream, [one], detail)
          await other.apply(stream, batch)
          expect(await stateOf(store, stream, one)).toMatchObject({ state: 'stopped', detail })
          await expect(store.read(stream, one, [])).rejects.toMatchObject({ code: 'STORE_BUILD_GONE' })
        }
        expect(await countersOf(scene, two)).toEqual({ x: [11n], z: [5n] })
        expect(await store.progress(stream)).toMatchObject({ position: at(9), epoch })
        expect((await store.progress(stream)).until).toBeUndefined()
        await applyTo(scene, 10, { build: one, sort: 'x', by: [1n] }, { build: two, sort: 'x', by: [1n] })
        expect(await countersOf(scene, two)).toEqual({ x: [12n], z: [5n] })
      },
    },
    {
      title: `S2 a number of ${digits} digits in a base is exact, or the build is named that it does not fit`,
      run: async (scene) => {
        const { store, stream } = scene
        const [build] = (await store.open(stream, [newBuild('a')], 0)) as [Build]
        const adding = store.addBase(stream, build, 'one', [{ sort: 'x', by: [0n, -amount] }])
        const unfit = await refused(adding)
        expect(unfit?.builds.map(({ build: { number } }) => number) ?? [build.number]).toEqual([build.number])
        await store.ready(stream, build)
        expect(await countersOf(scene, build)).toEqual(unfit === undefined ? { x: [0n, -amount] } : {})
      },
    },
  ]
})

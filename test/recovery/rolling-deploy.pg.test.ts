import { describe, expect, test } from 'vitest'
import { buildsWithCounters } from '../store/store-servers.ts'
import { makeHostWorld, versions } from './host-world.ts'
import { fewerStoreKinds, useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test.each(fewerStoreKinds)(
    'F1 S4 a deploy with a report added, one changed and one removed: old readers stay right, going back finds its builds, an hour later they are swept, in %s',
    {
      timeout: 240_000,
    },
    async (kind) => {
      await using world = await makeHostWorld(await servers.storedIn(kind))
      const old = world.worker('findings')
      await old.until('started')
      await world.expectEqual('findings')
      const next = world.worker('later')
      await next.until('waiting')
      expect(await old.end()).toBe(0)
      await world.expectEqual('later')
      await world.writer.writes(50)
      // Whoever still serves the catalog from before reads by its own fingerprints.
      await world.expectEqual('findings')
      await world.expectEqual('later')
      expect(await states()).toEqual({
        'active ready': 3,
        'active replaced': 3,
        'revenue ready': 3,
        'trend replaced': 3,
      })

      const back = world.worker('findings')
      await back.until('waiting')
      expect(await next.end()).toBe(0)
      await back.until('started')
      await expect
        .poll(states, { timeout: 60_000 })
        .toEqual({ 'active ready': 3, 'active replaced': 3, 'revenue replaced': 3, 'trend ready': 3 })
      await world.expectEqual('findings')
      await world.expectEqual('later')
      expect(
        back.events.filter(({ type }) => type === 'build-opened'),
        'built again, though they were there',
      ).toEqual([])
      expect(await back.end()).toBe(0)

      await using _ = await world.folding('findings', { sweepAfterMilliseconds: 0 })
      await expect.poll(states, { timeout: 60_000 }).toEqual({ 'active ready': 3, 'trend ready': 3 })
      await world.expectEqual('findings')
      const ready = new Set((await world.store.builds('main')).map(({ number }) => number))
      await expect.poll(() => buildsWithCounters(world.storePlace), { timeout: 60_000 }).toEqual(ready)

      async function states(): Promise<Record<string, number>> {
        const counted: Record<string, number> = {}
        for (const { report, state } of await world.store.builds('main')) {
          counted[`${report} ${state}`] = (counted[`${report} ${state}`] ?? 0) + 1
        }
        return counted
      }
    },
  )
})

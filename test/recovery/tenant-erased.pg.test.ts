import { describe, expect, test } from 'vitest'
import { eraseTenant } from '../../src/cli/erase-tenant.ts'
import { buildsWithCounters, textsIn } from '../store/store-servers.ts'
import { isLong, makeHostWorld, versions } from './host-world.ts'
import { ownStoreKinds, storeKinds, useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test.each(isLong ? ownStoreKinds : storeKinds)(
    'S8 of a tenant that is erased while its rows change, nothing in the store keeps a trace; the others are as they were, in %s',
    { timeout: 180_000 },
    async (kind) => {
      await using world = await makeHostWorld(await servers.storedIn(kind))
      await using folding = await world.folding('all')
      await world.expectEqual('all')
      const id = await world.store.ask('main', { kind: 'verify', tenant: "o'neill" })
      await folding.until('request', ({ request }) => request.id === id && request.state === 'done')
      expect(await traces()).not.toEqual([])
      await world.primary.query(`delete from tenant where id = 'o''neill'`)
      const dropped = await eraseTenant(world.store, "o'neill", {
        signal: AbortSignal.timeout(120_000),
        onDropped: () => {},
        lookMilliseconds: 3_000,
      })
      expect(dropped.length).toBeGreaterThanOrEqual(4)
      await world.writer.writes(30)
      await world.expectEqual('all')
      expect(await traces()).toEqual([])
      const builds = (await world.store.builds('main')).map(({ number }) => number)
      const stray = [...(await buildsWithCounters(world.storePlace))].filter((number) => !builds.includes(number))
      expect(stray, 'builds in no list, of which there are counters').toEqual([])

      async function traces(): Promise<string[]> {
        return (await textsIn(world.storePlace)).filter((text) => text.includes("o'neill"))
      }
    },
  )
})

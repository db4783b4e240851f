import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { fewerStoreKinds, useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  const endings = ['is killed', 'ends as it is asked to']
  test.each(fewerStoreKinds.flatMap((kind) => endings.map((how) => [how, kind] as const)))(
    'R1 a worker that waits takes over within seconds when the one that folds %s, in %s',
    async (how, kind) => {
      await using world = await makeHostWorld(await servers.storedIn(kind))
      const first = world.worker('all')
      await first.until('started')
      await world.expectEqual('all')
      const second = world.worker('all')
      await second.until('waiting')
      const began = performance.now()
      if (how === 'is killed') await first.kill()
      else expect(await first.end()).toBe(0)
      await second.until('started')
      expect((performance.now() - began) / 1000, 'seconds').toBeLessThan(30)
      await world.expectEqual('all')
      expect(second.events.filter(({ type }) => type === 'build-opened')).toEqual([])
    },
  )
})

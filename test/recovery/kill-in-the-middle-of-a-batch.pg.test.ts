import { describe, expect, test } from 'vitest'
import { haltingPoints } from '../store/halting-points.ts'
import { isLong, makeHostWorld, versions } from './host-world.ts'
import { storeKinds, useServers } from './servers.ts'

/** Each halting point at least once. */
const timesIn = { postgres: isLong ? 50 : 3, dynamodb: isLong ? 30 : 3 }

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test.each(storeKinds)(
    'S1 R1 a worker that is killed again and again in the middle of a batch loses nothing and adds nothing twice, in %s',
    { timeout: timesIn.postgres * 60_000 },
    async (kind) => {
      const times = timesIn[kind]
      const { cluster, storeServer } = await servers.storedIn(kind)
      await using world = await makeHostWorld({ cluster, storeServer })
      {
        // The first is killed while it fills the builds.
        await using first = world.worker('all')
        await first.until('build-opened')
        await first.kill()
      }
      for (let turn = 0; turn < times; turn++) {
        await using worker = world.worker('all')
        if (turn === 0) await world.expectEqual('all')
        await worker.until('batch', ({ counters }) => counters > 0)
        const point = haltingPoints[turn % haltingPoints.length] as (typeof haltingPoints)[number]
        await storeServer.whileHalted(world.storePlace, point, () => worker.kill())
        if (turn % 5 === 4 || turn === times - 1) await expectTakenUp()
      }

      async function expectTakenUp(): Promise<void> {
        await using worker = world.worker('all')
        await world.expectEqual('all')
        const built = worker.events.flatMap((event) => (event.type === 'build-opened' ? event.builds : []))
        expect(built, 'builds that were made anew, though nothing was lost').toEqual([])
      }
    },
  )
})

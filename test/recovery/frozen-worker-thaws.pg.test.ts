import { describe, expect, test } from 'vitest'
import { haltingPoints } from '../store/halting-points.ts'
import { isLong, makeHostWorld, versions } from './host-world.ts'
import { storeKinds, useServers } from './servers.ts'

const times = isLong ? 20 : 3

describe.each(versions)('PostgreSQL %i', (version) => {
  // The server gives up a reader that says nothing, as it does after a minute unless set otherwise.
  const servers = useServers({ version, settings: { wal_sender_timeout: '3s' } })

  test.each(storeKinds)(
    `S1 S4 a worker that was frozen ${times} times in the middle of a batch, while another took over, changes nothing when it thaws, in %s`,
    {
      timeout: times * 80_000,
    },
    async (kind) => {
      const { cluster, storeServer } = await servers.storedIn(kind)
      await using world = await makeHostWorld({ cluster, storeServer })
      let folding = world.worker('all')
      await folding.until('started')
      let other = world.worker('all')
      await other.until('waiting')
      await world.expectEqual('all')
      for (let turn = 0; turn < times; turn++) {
        const point = haltingPoints[turn % haltingPoints.length] as (typeof haltingPoints)[number]
        const [told, waited] = [folding.events.length, other.events.length]
        await storeServer.whileHalted(world.storePlace, point, async () => folding.freeze())
        await other.until('started', undefined, waited)
        await world.expectEqual('all')
        folding.thaw()
        // It goes on with what it held, is refused, and waits for the slot.
        await folding.until('waiting', undefined, told)
        await world.expectEqual('all')
        ;[folding, other] = [other, folding]
      }
      expect([await folding.end(), await other.end()], 'how they end when they are asked to').toEqual([0, 0])
    },
  )
})

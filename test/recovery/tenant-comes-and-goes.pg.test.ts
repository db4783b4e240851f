import { describe, expect, test } from 'vitest'
import { seed } from '../seed.ts'
import { fillText } from './host-tables.ts'
import { makeHostWorld, versions } from './host-world.ts'
import { fewerOwnStoreKinds, fewerStoreKinds, useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test.each(fewerOwnStoreKinds)(
    'F1 a tenant that is added at run time is built, one that goes is swept, and nothing of it is left, in %s',
    async (kind) => {
      await using world = await makeHostWorld(await servers.storedIn(kind))
      const { host } = world.source
      await using folding = await world.folding('all', { sweepAfterMilliseconds: 2_000 })
      await world.expectEqual('all')
      await host.query(`insert into tenant values ('newcomer', 'Pacific/Kiritimati')`)
      await host.query(fillText(50, seed))
      await folding.until('build-ready', ({ build }) => build.tenant === 'newcomer')
      await world.expectEqual('all')

      await host.query(`delete from tenant where id = 'acme'`)
      await folding.until('build-dropped', ({ build }) => build.tenant === 'acme')
      await expect
        .poll(async () => (await world.store.builds('main')).filter(({ tenant }) => tenant === 'acme'), {
          timeout: 20_000,
        })
        .toEqual([])
      await world.expectEqual('all')

      // It comes back as it is by then.
      await host.query(`insert into tenant values ('acme', 'Asia/Tokyo')`)
      await folding.until('build-ready', ({ build }) => build.tenant === 'acme' && build.number > 16)
      await world.expectEqual('all')
    },
  )

  test.each(fewerStoreKinds)('F4 a tenant whose time zone changes is built anew, in %s', async (kind) => {
    await using world = await makeHostWorld(await servers.storedIn(kind))
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    await world.source.host.query(`update tenant set time_zone = 'Asia/Kathmandu' where id = 'acme'`)
    await folding.until('build-ready', ({ build }) => build.tenant === 'acme' && build.number > 12)
    await world.expectEqual('all')
    const others = folding.events.flatMap((event) => (event.type === 'build-opened' ? event.builds : []))
    expect(others.filter(({ tenant, number }) => tenant !== 'acme' && number > 12)).toEqual([])
  })
})

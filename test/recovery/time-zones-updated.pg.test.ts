import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('F4 builds that were folded with other transitions of their zones are dropped and built anew, by a worker that starts and by one that runs', async () => {
    await using world = await makeHostWorld(servers)
    {
      await using folding = await world.folding('all')
      await world.expectEqual('all')
      await folding.stop()
    }
    // What a process with another time zone database would have recorded.
    const other = `update reporting.builds set fingerprint = 'of other transitions' where tenant = $1`
    await world.storeRows(other, ['acme'])
    await using folding = await world.folding('all')
    const dropped = await folding.until('build-dropped')
    expect(dropped).toMatchObject({ build: { tenant: 'acme' }, why: 'this process would fold it in another way' })
    await world.expectEqual('all')
    await world.storeRows(other, ['zenith'])
    await folding.until('build-dropped', ({ build }) => build.tenant === 'zenith')
    await world.expectEqual('all')
    const opened = folding.events.flatMap((event) => (event.type === 'build-opened' ? event.builds : []))
    expect(new Set(opened.map(({ tenant }) => tenant))).toEqual(new Set(['acme', 'zenith']))
  })
})

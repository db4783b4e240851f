import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R8 a table that somebody takes out of the publication, and one that leaves it for a moment, are built anew and published again', async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    await world.primary.query('alter publication millrace drop table booking')
    await world.writer.writes(30)
    await folding.until('build-ready', ({ build }) => build.report === 'revenue' && build.number > 12)
    await world.expectEqual('all')
    const from = folding.events.length
    await world.primary.query('alter publication millrace drop table finding')
    await world.writer.writes(30)
    await world.primary.query('alter publication millrace add table finding')
    await folding.until('build-stopped', (event) => folding.events.indexOf(event) >= from && event.again)
    await world.expectEqual('all')
  })

  test('R8 a publication that is dropped is made again, and everything built anew', async () => {
    await using world = await makeHostWorld(servers)
    await using _ = await world.folding('all')
    await world.expectEqual('all')
    await world.primary.query('drop publication millrace')
    await world.writer.writes(30)
    const builtAnew = async () =>
      (await world.store.builds('main')).filter(({ number, state }) => number > 12 && state === 'ready').length
    await expect.poll(builtAnew, { timeout: 60_000 }).toBe(12)
    await world.expectEqual('all')
  })
})

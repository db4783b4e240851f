import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R1 R2 a primary that is restarted, and one that crashes, is read on from where the store is', async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    for (const mode of ['fast', 'immediate', 'kill'] as const) {
      const from = folding.events.length
      const began = performance.now()
      await servers.cluster.primary.restart(mode)
      expect((performance.now() - began) / 1000, `seconds in which it went away and came back (${mode})`).toBeLessThan(
        25,
      )
      await folding.until('started', (event) => folding.events.indexOf(event) >= from)
      await world.writer.writes(20)
      await world.expectEqual('all')
    }
    expect(world.writer.interruptions).toBeGreaterThan(0)
    const { length } = folding.events.filter(({ type }) => type === 'restarted')
    expect(length, 'beginnings, of which the first is the only one').toBe(1)
  })
})

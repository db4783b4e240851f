import { describe, expect, test } from 'vitest'
import { type HostWorld, isLong, makeHostWorld, versions } from './host-world.ts'
import { ownStoreKinds, useServers } from './servers.ts'

/** Memory and PostgreSQL hold what DynamoDB does not; PostgreSQL otherwise as the contract of stores says. */
const limitedKinds = isLong ? ownStoreKinds : (['memory', 'dynamodb'] as const)
const findingsOfAcme = new Set(['acme active', 'acme trend'])

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  /** Values that are no number can be written, and nobody has looked at the table since. */
  async function poisonable(): Promise<HostWorld> {
    const { cluster, storeServer } = servers
    return await makeHostWorld({ cluster, storeServer, writer: { tables: ['booking', 'visit'] } })
  }
  const widened = 'alter table finding alter cvss type text'
  const unnoticed = { heartbeatMilliseconds: 600_000 }

  test('R8 a value that cannot be folded stops one tenant over one source, with column and key; everybody else goes on, and rebuild brings it back', async () => {
    await using world = await poisonable()
    await using folding = await world.folding('all', unnoticed)
    await world.expectEqual('all')
    await world.primary.query(widened)
    await world.primary.query(
      `insert into finding (id, tenant_id, severity, asset, cvss, first_seen_at) values (77000001, 'acme', 'low', 'x', 'very', now())`,
    )
    const stopped = await folding.until('build-stopped')
    expect(stopped).toMatchObject({ again: false, build: { tenant: 'acme' } })
    expect(stopped.detail).toMatch(/column "cvss".*id = 77000001/)
    expect(stopped.detail).not.toContain('very')
    await world.primary.query(
      `update finding set severity = 'high', cvss = '3.5' where tenant_id <> 'acme' and id % 3 = 0`,
    )
    await world.expectEqual('all', findingsOfAcme)
    expect(await stoppedBuilds(world)).toEqual(['acme active', 'acme trend'])
    const asked = async () => {
      const id = await world.store.ask('main', { kind: 'rebuild', tenant: 'acme' })
      await folding.until('request', ({ request }) => request.id === id && request.state === 'done')
    }
    // Asked for while nothing was mended, it stops again, and the rest of the tenant's reports is built.
    await asked()
    await world.expectEqual('all', findingsOfAcme)
    expect(await stoppedBuilds(world)).toEqual(['acme active', 'acme trend'])

    await world.primary.query('delete from finding where id = 77000001')
    await world.primary.query('alter table finding alter cvss type numeric(3, 1) using cvss::numeric')
    await asked()
    await world.expectEqual('all')
    await expect.poll(() => stoppedBuilds(world), { timeout: 10_000 }).toEqual([])
  })

  test('R8 the transaction that a value cannot be folded of is folded for everybody else, before it and after it', async () => {
    await using world = await poisonable()
    await using folding = await world.folding('all', unnoticed)
    await world.expectEqual('all')
    await world.primary.query(widened)
    await world.primary.query(`begin;
      insert into finding (tenant_id, severity, asset, cvss, first_seen_at) select tenant.id, 'high', 'y', '1.5', now() from tenant, generate_series(1, 50);
      update finding set tenant_id = 'acme', cvss = 'very' where id = (select min(id) from finding where tenant_id = 'zenith' and resolved_at is null);
      update finding set cvss = '1.0' where tenant_id = 'zenith' and id % 5 = 0; commit`)
    await folding.until('build-stopped')
    await world.expectEqual('all', findingsOfAcme)
    expect(await stoppedBuilds(world)).toEqual(['acme active', 'acme trend'])
  })

  test.each(limitedKinds)(
    'R8 S5 a sum beyond what the store holds stops that report of that tenant alone; everybody else goes on, and rebuild brings it back, in %s',
    async (kind) => {
      const { cluster, storeServer } = await servers.storedIn(kind)
      await using world = await makeHostWorld({ cluster, storeServer, rows: 30 })
      await world.primary.query('alter table booking alter rate type numeric(60, 2)')
      await using folding = await world.folding('all')
      await world.expectEqual('all')
      // Each of them is within 38 digits, as the sum of the first two is.
      for (let each = 0; each < 4; each++)
        await world.primary.query(
          `insert into booking (tenant_id, channel, rate, nights) values ('acme', 'vast', 3e35, 1)`,
        )
      const past = kind === 'dynamodb' ? ['acme revenue'] : []
      if (kind === 'dynamodb') {
        const { again, detail } = await folding.until('build-stopped')
        expect(again).toBe(false)
        expect(detail).toMatch(
          /^report "revenue" of tenant "acme", counter ".*vast.*": .* 38 digits that DynamoDB adds/,
        )
        expect((await world.store.builds('main')).filter(({ state }) => state === 'stopped')).toMatchObject([
          { detail },
        ])
      }
      await world.expectEqual('all', new Set(past))
      expect((await world.store.progress('main')).until).toBeUndefined()
      // Other builds get there by their bases, and the sum does not.
      const rebuilt = async () => {
        const id = await world.store.ask('main', { kind: 'rebuild', report: 'revenue' })
        await folding.until('request', ({ request }) => request.id === id && request.state === 'done')
      }
      await rebuilt()
      await world.expectEqual('all', new Set(past))
      await expect.poll(() => stoppedBuilds(world)).toEqual(past)
      await world.primary.query(`delete from booking where channel = 'vast'`)
      await rebuilt()
      await world.expectEqual('all')
      expect(folding.events.filter(({ type }) => type === 'restarted')).toHaveLength(1)
    },
  )
})

async function stoppedBuilds({ store }: HostWorld): Promise<string[]> {
  const builds = (await store.builds('main')).filter(({ state }) => state === 'stopped')
  return [...new Set(builds.map(({ tenant, report }) => `${tenant} ${report}`))].sort()
}

import { describe, expect, test } from 'vitest'
import { type HostWorld, makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

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
})

async function stoppedBuilds({ store }: HostWorld): Promise<string[]> {
  const builds = (await store.builds('main')).filter(({ state }) => state === 'stopped')
  return [...new Set(builds.map(({ tenant, report }) => `${tenant} ${report}`))].sort()
}

import { describe, expect, test } from 'vitest'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

/** Texts that do not compress, each of 6,400 characters. */
const large = (column: string) =>
  `(select ${column} || string_agg(md5(n::text || ${column}), '') from generate_series(1, 200) n)`

/** Of many rows, in whatever order: the host's own transactions, which change several, wait for it and not for each other. */
const alone = (statement: string) => `begin; lock table finding in share row exclusive mode; ${statement}; commit`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R5 a large value that an update left alone is taken from the row as it was, never as null', async () => {
    await using world = await makeHostWorld(servers)
    const { host } = world.source
    await host.query(alone(`update finding set asset = ${large('asset')} where id % 2 = 0`))
    await using folding = await world.folding('later')
    await world.expectEqual('later')
    await host.query(alone(`update finding set severity = 'high' where id % 3 = 0`))
    await host.query(alone(`update finding set tenant_id = 'zenith' where id % 10 = 0`))
    await host.query(alone(`update finding set resolved_at = now() where id % 14 = 0`))
    await host.query(alone(`update finding set asset = asset || '.' where id % 16 = 0`))
    await host.query(alone(`delete from finding where id % 18 = 0`))
    const { rows } = await host.query(
      `select pg_total_relation_size(reltoastrelid)::int as size from pg_class where oid = 'finding'::regclass`,
    )
    expect(rows[0].size, 'what lies beside the table').toBeGreaterThan(100_000)
    await world.expectEqual('later')
    expect(folding.events.filter(({ type }) => type === 'build-stopped')).toEqual([])
  })
})

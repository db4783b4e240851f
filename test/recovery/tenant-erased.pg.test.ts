import { describe, expect, test } from 'vitest'
import { eraseTenant } from '../../src/cli/erase-tenant.ts'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'

/** Any row of any table that has a text in it, or a counter of a build that is in no list. */
const tables = `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'reporting'`
const stray = 'select from reporting.counters where build not in (select build from reporting.builds)'

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('S8 of a tenant that is erased while its rows change, no table of the store keeps a trace; the others are as they were', async () => {
    await using world = await makeHostWorld(servers)
    await using folding = await world.folding('all')
    await world.expectEqual('all')
    const id = await world.store.ask('main', { kind: 'verify', tenant: "o'neill" })
    await folding.until('request', ({ request }) => request.id === id && request.state === 'done')
    expect(await traces()).not.toEqual([])
    await world.primary.query(`delete from tenant where id = 'o''neill'`)
    const dropped = await eraseTenant(world.store, "o'neill", {
      signal: AbortSignal.timeout(60_000),
      onDropped: () => {},
      lookMilliseconds: 3_000,
    })
    expect(dropped.length).toBeGreaterThanOrEqual(4)
    await world.writer.writes(30)
    await world.expectEqual('all')
    expect(await traces()).toEqual([])
    expect(await world.storeRows(stray)).toEqual([])

    async function traces(): Promise<string[]> {
      const found: string[] = []
      for (const { name } of await world.storeRows(tables)) {
        const rows = await world.storeRows(`select t::text as text from ${name} t where t::text like $1`, ["%o'neill%"])
        found.push(...rows.map(({ text }) => `${name}: ${text}`))
      }
      return found
    }
  })
})

import { describe, expect, test } from 'vitest'
import { bigint, integer, text } from '../../src/report/column.ts'
import { count, sum } from '../../src/report/measure.ts'
import { report } from '../../src/report/report.ts'
import { bySchema, source } from '../../src/report/source.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { makeHostWorld, versions } from './host-world.ts'
import { useServers } from './servers.ts'
import { readStored } from './store-equals-primary.ts'

const items = source('item', {
  columns: { id: bigint(), kind: text(), amount: integer() },
  key: 'id',
  tenant: bySchema,
})
const amounts = report({
  name: 'amounts',
  permission: 'read',
  from: items,
  dimensions: { kind: items.kind },
  measures: { items: count(), amount: sum(items.amount) },
})
const made = (schema: string) => `create schema "${schema}";
  create table "${schema}".item (id bigint generated always as identity primary key, kind text not null, amount integer not null);
  insert into "${schema}".item (kind, amount) select 'kind ' || n % 3, n from generate_series(1, 100) n`
const writes = (
  schema: string,
) => `insert into "${schema}".item (kind, amount) select 'kind ' || n % 4, n from generate_series(1, 20) n;
  update "${schema}".item set amount = amount + 1 where id % 3 = 0; delete from "${schema}".item where id % 10 = 0`

describe.each(versions)('PostgreSQL %i', (version) => {
  const servers = useServers({ version })

  test('R14 F1 the tables of a tenant that gets its schema at run time join the publication, and it is built; its host writes as before', async () => {
    await using world = await makeHostWorld(servers)
    const { host } = world.source
    await host.query(
      `alter table tenant add schema text; ${made('North Side')}; update tenant set schema = 'North Side' where id = 'acme'`,
    )
    const tenants = createAllowlist(
      async () =>
        (await world.primary.query(`select id, schema, time_zone as "timeZone" from tenant where schema is not null`))
          .rows,
      { refreshSeconds: 1, maxAgeSeconds: 3_600 },
    )
    await tenants.start()
    try {
      const { apply } = await import('../../src/replication/apply.ts')
      await apply(world.source.settings, { sources: [{ source: items }], schemas: ['North Side'] })
      await using folding = await world.folding('all', { reports: [amounts], tenants })
      await expectSame('acme', 'North Side')
      await host.query(`${made('south')}; update tenant set schema = 'south' where id = 'zenith'`)
      await host.query(writes('south'))
      await folding.until('build-ready', ({ build }) => build.tenant === 'zenith')
      await expectSame('zenith', 'south')
      await host.query(`${writes('south')}; ${writes('North Side')}`)
      await expectSame('zenith', 'south')
      await expectSame('acme', 'North Side')
      await host.query(`truncate south.item; ${writes('south')}`)
      await folding.until('build-stopped', ({ build }) => build.tenant === 'zenith')
      await expectSame('zenith', 'south')
      await expectSame('acme', 'North Side')
      expect(folding.events.filter((event) => event.type === 'build-stopped' && event.build.tenant === 'acme')).toEqual(
        [],
      )
    } finally {
      tenants.close()
    }

    async function expectSame(id: string, schema: string): Promise<void> {
      const text = `select kind, count(*)::int as items, sum(amount)::text as amount from "${schema}".item group by kind order by kind`
      const { rows } = await world.primary.query(text)
      const tenant = { id, schema, timeZone: 'UTC' }
      const { time_zone: timeZone } = (await world.primary.query('select time_zone from tenant where id = $1', [id]))
        .rows[0]
      await expect
        .poll(async () => (await readStored(world.store, amounts, { ...tenant, timeZone }))?.rows, { timeout: 30_000 })
        .toEqual(rows)
    }
  })
})

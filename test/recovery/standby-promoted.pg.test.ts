import { describe, expect, test } from 'vitest'
import { type Cluster, type StandaloneServer, startCluster, startServer } from '../../src/embedded/cluster.ts'
import { query } from '../../src/embedded/database.ts'
import { startProxy } from '../replica/proxy.ts'
import { postgresStores } from '../store/store-servers.ts'
import { makeHostWorld, versions } from './host-world.ts'

/** A primary behind a name that comes to mean its standby once that took over. */
async function startNamed(cluster: Cluster) {
  const target = { host: '127.0.0.1', port: cluster.primary.connection.port }
  const proxy = await startProxy(target)
  return {
    primary: { connection: { ...cluster.primary.connection, port: proxy.port }, running: true },
    async takeOver() {
      await cluster.primary.stop('immediate')
      await query(cluster.standby.connection, 'select pg_promote(true, 60)')
      target.port = cluster.standby.connection.port
      proxy.cut()
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
}

/** The standby keeps logical slots in step, and the primary gives their readers nothing that it does not have. */
async function keepSlotsInStep({ primary, standby }: Cluster): Promise<void> {
  const { host, port, user, password } = primary.connection
  const place = `host=${host} port=${port} user=${user} password=${password} application_name=standby dbname=postgres`
  await query(standby.connection, `alter system set primary_conninfo = '${place}'`)
  await query(standby.connection, 'alter system set hot_standby_feedback = on')
  await query(standby.connection, 'alter system set sync_replication_slots = on')
  await query(standby.connection, 'select pg_reload_conf()')
  await query(primary.connection, `alter system set synchronized_standby_slots = 'standby'`)
  await query(primary.connection, 'select pg_reload_conf()')
}

describe.each(versions)('PostgreSQL %i', (version) => {
  async function withServers(work: (cluster: Cluster, storeServer: StandaloneServer) => Promise<void>): Promise<void> {
    await using cluster = await startCluster({ version })
    await using storeServer = await startServer({ version })
    await work(cluster, storeServer)
  }

  test(
    'R10 a standby that takes over without the slot: everything is built anew from it, and equals it',
    { timeout: 120_000 },
    () =>
      withServers(async (cluster, storeServer) => {
        await using named = await startNamed(cluster)
        await using world = await makeHostWorld({ cluster: named, storeServer: postgresStores(storeServer) })
        await using folding = await world.folding('all')
        await world.expectEqual('all')
        await named.takeOver()
        await world.writer.writes(30)
        const { reason } = await folding.until('restarted', ({ reason }) => reason !== 'nothing was folded yet')
        expect(reason).toMatch(/slot|timeline/)
        await world.expectEqual('all')
      }),
  )

  test.runIf(version >= 17)(
    'R10 a standby that keeps the slot in step takes over, and the fold goes on with nothing built anew',
    {
      timeout: 180_000,
    },
    () =>
      withServers(async (cluster, storeServer) => {
        await keepSlotsInStep(cluster)
        await using named = await startNamed(cluster)
        await using world = await makeHostWorld({ cluster: named, storeServer: postgresStores(storeServer) })
        await using folding = await world.folding('all')
        await world.expectEqual('all')
        const { slot } = await folding.until('started')
        const kept = `select from pg_replication_slots where slot_name = '${slot}' and synced and not temporary`
        await expect
          .poll(
            async () => {
              await query(cluster.primary.connection, 'select pg_log_standby_snapshot()')
              return (await query(cluster.standby.connection, kept)).length
            },
            { timeout: 60_000 },
          )
          .toBe(1)
        const from = folding.events.length
        await named.takeOver()
        await world.writer.writes(30)
        await folding.until('started', (event) => folding.events.indexOf(event) >= from)
        await world.expectEqual('all')
        const anew = folding.events.slice(from).filter(({ type }) => type === 'restarted' || type === 'build-opened')
        expect(anew).toEqual([])
      }),
  )
})

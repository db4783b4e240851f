import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSourceDatabase, settingsOf } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import { openChanges } from './open-changes.ts'
import { firstPosition } from './position.ts'
import { preflight } from './preflight.ts'

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    const settings = {
      wal_level: 'replica',
      max_replication_slots: '1',
      max_wal_senders: '1',
      synchronous_commit: 'local',
    }
    cluster = await startCluster({ version, standby: false, settings })
    await query(cluster.primary.connection, `create role folding login password 'folding'`)
    await query(cluster.primary.connection, `select pg_create_physical_replication_slot('other', true)`)
  })
  afterAll(() => cluster?.close())

  test('R11 a server as it comes is told all it needs at once, and what mends it mends it', async () => {
    const folding = settingsOf({ ...cluster.primary.connection, user: 'folding', password: 'folding' })
    await query(cluster.primary.connection, `alter system set synchronous_standby_names = '*'`)
    await query(cluster.primary.connection, 'select pg_reload_conf()')
    const found = await preflight(folding)
    expect(found.filter(({ severity }) => severity === 'refusal').map(({ about }) => about)).toEqual([
      'wal_level',
      'max_replication_slots',
      'role "folding"',
      'synchronous_standby_names',
    ])
    await query(cluster.primary.connection, 'alter system reset synchronous_standby_names')
    for (const { statement } of found)
      for (const each of statement?.split('; ') ?? []) await query(cluster.primary.connection, each)
    await cluster.primary.restart()
    const left = (await preflight(folding)).map(({ severity, about }) => [severity, about])
    // There are standbys, by their slots; before 17 nothing could be done for them.
    expect(left).toEqual(version >= 17 ? [['warning', 'synchronized_standby_slots']] : [])
  })

  test('R11 our own slots and readers do not stand in our way', async () => {
    await using source = await makeSourceDatabase(cluster.primary)
    await source.host.query('create table item (id integer primary key); create publication millrace for table item')
    await source.host.query(
      `select pg_create_logical_replication_slot('millrace_' || n, 'pgoutput') from generate_series(1, 5) n`,
    )
    const opening = await openChanges({
      connection: source.settings,
      slot: 'millrace_1',
      publications: ['millrace'],
      reached: async () => ({ position: firstPosition }),
    })
    expect((await preflight(source.settings)).filter(({ severity }) => severity === 'refusal')).toEqual([])
    expect((await preflight(source.settings, 'another')).map(({ about }) => about)).toContain('max_replication_slots')
    if (opening.outcome === 'open') await opening.stream.close()
  })

  test('what cannot be asked at all is an error that passes, and says nothing of the password', async () => {
    const refused = preflight(settingsOf({ ...cluster.primary.connection, password: 'qzjxkvw' }))
    await expect(refused).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      detail: expect.stringContaining('does not accept the credentials'),
      cause: { code: '28P01' },
    })
    const error = await refused.catch((error: unknown) => error)
    expect(JSON.stringify([String(error), (error as Error).stack, String((error as Error).cause)])).not.toContain(
      'qzjxkvw',
    )
    const nowhere = preflight(settingsOf({ ...cluster.primary.connection, port: 1 }))
    await expect(nowhere).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', retryAfter: 2 })
  })
})

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { read } from '../../test/replication/reading.ts'
import { makeSourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import type { Commit, LogicalMessage } from './change-event.ts'
import { Heartbeat, heartbeatTime } from './heartbeat.ts'

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false })
  })
  afterAll(() => cluster?.close())

  test('R2 heartbeats move the stream of a database in which nothing happens, and say the time', async () => {
    await using source = await makeSourceDatabase(cluster.primary)
    await source.host.query('create table item (id integer primary key); create publication millrace for table item')
    await using reading = await read(source, { slot: await source.slot() })
    const failures: string[] = []
    const heartbeat = new Heartbeat(source.settings, {
      everyMilliseconds: 20,
      onFailure: ({ code }) => failures.push(code),
    })
    const began = Date.now()
    heartbeat.start()
    let last = { time: 0n, position: '' }
    for (let beat = 0; beat < 3; beat++) {
      const message = (await reading.until(({ type }) => type === 'message')).at(-1) as LogicalMessage
      const commit = (await reading.until(({ type }) => type === 'commit')).at(-1) as Commit
      const time = heartbeatTime(message) ?? 0n
      expect(time > last.time && commit.position > last.position).toBe(true)
      expect(commit.committedAt >= time && commit.committedAt - time < 10_000_000n).toBe(true)
      expect(Number(time) / 1000).toBeGreaterThan(began - 1_000)
      expect(Number(time) / 1000).toBeLessThan(Date.now() + 1_000)
      last = { time, position: commit.position }
      reading.stream.acknowledge(commit.position)
    }
    // One that is broken off is told of, and the next is on a new connection.
    await source.host.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'millrace control' and query like '%emit_message%'`,
    )
    await vi.waitFor(() => expect(failures).toContain('SOURCE_UNAVAILABLE'), { timeout: 20_000 })
    await reading.until(
      (event) => event.type === 'message' && (heartbeatTime(event) ?? 0n) > BigInt(Date.now() - 500) * 1000n,
    )
    await heartbeat.close()
    const { rows } = await source.host.query(
      `select from pg_stat_activity where query like '%emit_message%' and pid <> pg_backend_pid()`,
    )
    expect(rows).toEqual([])
  })

  test('the message of somebody else is no heartbeat', () => {
    const message = { type: 'message', prefix: 'millrace', isTransactional: true } as const
    expect(heartbeatTime({ ...message, content: Buffer.from('1700000000000000') })).toBe(1_700_000_000_000_000n)
    expect(heartbeatTime({ ...message, content: Buffer.from('soon') })).toBeUndefined()
    expect(heartbeatTime({ ...message, prefix: 'other', content: Buffer.from('1700000000000000') })).toBeUndefined()
  })
})

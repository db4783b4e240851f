import { setImmediate as turn } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type OpenReplica, openReplica } from '../../test/replica/open-replica.ts'
import { makeReportsDatabase, makeTenants, reader, secretOf } from '../../test/replica/reports-database.ts'
import { type Cluster, type Connection, startCluster } from '../embedded/cluster.ts'
import { query } from '../embedded/database.ts'
import type { Target } from '../secret/analytics-secret.ts'
import type { ReplicaAnswer } from './replica.ts'

const tenants = makeTenants(1)
const rounds = process.env.MILLRACE_LONG ? 1_000 : 200
const timeout = 60_000 + rounds * 100
const heartbeat = { schema: 'public', table: 'heartbeat', column: 'beat_at' }

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  let primary: Connection
  let standby: Connection
  beforeAll(async () => {
    cluster = await startCluster({ version })
    primary = await makeReportsDatabase(cluster, 'reports', tenants)
    await query(primary, 'create table written (n integer primary key, by_then timestamptz)')
    await query(primary, 'create table heartbeat (beat_at timestamptz not null)')
    await query(primary, 'insert into heartbeat values (now())')
    await query(primary, `grant select on written, heartbeat to ${reader.user}`)
    await cluster.caughtUp()
    standby = { ...cluster.standby.connection, ...reader, database: primary.database }
  })
  afterAll(() => cluster?.close())
  afterEach(() => query(primary, 'truncate written'))

  const onStandby = (statement: string) => query(cluster.standby.connection, statement)
  const open = async (members: Partial<Target>, askPrimary: boolean) => {
    const server = members.target === 'primary' ? { ...primary, ...reader } : standby
    const secret = secretOf(server, members, askPrimary ? primary : undefined)
    const replica = await openReplica({ secret, tenants, probeEveryMilliseconds: 5 })
    await replica.start()
    return replica
  }
  const seen = ({ outcomes }: ReplicaAnswer) => new Set(outcomes[0]?.rows.map(([n]) => Number(n)))
  const read = (replica: OpenReplica) => replica.ask('acme', 'select n from public.written')

  /**
   * Rows are written and the primary's clock is read after each; answers are asked for meanwhile, and now and then the
   * replay pauses. The law: an answer holds every row that was committed by its `asOf`.
   */
  async function holdsWhatItSays(replica: OpenReplica, isPausing: boolean): Promise<void> {
    const writer = new pg.Client(primary)
    await writer.connect()
    onTestFinished(() => writer.end())
    const committedBy: { readonly n: number; readonly at: string }[] = []
    const answers: ReplicaAnswer[] = []
    let isWriting = true
    async function write() {
      for (let n = 1; n <= rounds; n++) {
        await writer.query('insert into written values ($1)', [n])
        const { rows } = await writer.query(
          `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
        )
        committedBy.push({ n, at: rows[0].at })
        if (n % 4 === 0) await writer.query('update heartbeat set beat_at = now()')
        if (isPausing && n % 50 === 10) await onStandby('select pg_wal_replay_pause()')
        if (isPausing && n % 50 === 30) await onStandby('select pg_wal_replay_resume()')
      }
      isWriting = false
    }
    async function ask() {
      while (isWriting) {
        answers.push(await read(replica))
        await turn()
      }
    }
    await Promise.all([write(), ask()])
    if (isPausing) await onStandby('select pg_wal_replay_resume()')

    let held = 0
    for (const answer of answers) {
      const rows = seen(answer)
      const promised = committedBy.filter(({ at }) => answer.asOf !== null && at <= padded(answer.asOf))
      expect(promised.filter(({ n }) => !rows.has(n))).toEqual([])
      held = Math.max(held, promised.length)
    }
    // The law would hold of answers that say nothing, too.
    expect(held).toBeGreaterThan(rounds / 10)
  }

  test(
    'an answer holds all that was committed by its asOf, by the log of the primary',
    async () => {
      await holdsWhatItSays(await open({}, true), true)
    },
    timeout,
  )

  test(
    'an answer holds all that was committed by its asOf, by the heartbeat',
    async () => {
      await holdsWhatItSays(await open({ heartbeat }, false), true)
    },
    timeout,
  )

  test(
    'an answer holds all that was committed by its asOf, on the primary itself',
    async () => {
      const replica = await open({ target: 'primary' }, false)
      await holdsWhatItSays(replica, false)
      expect(await replica.freshness()).toMatchObject({ asOf: expect.stringMatching(/Z$/), lagSeconds: 0 })
    },
    timeout,
  )

  const waitFor = (condition: () => unknown) => vi.waitFor(condition, { timeout: 20_000, interval: 10 })

  test.each([
    ['the log of the primary', {}, true],
    ['the heartbeat', { heartbeat }, false],
  ] as const)('while replay is paused the lag grows and asOf stands still, by %s', async (_, members, askPrimary) => {
    const replica = await open(members, askPrimary)
    await query(primary, 'update heartbeat set beat_at = now()')
    await cluster.caughtUp()
    await waitFor(async () => expect((await read(replica)).asOf).not.toBeNull())
    await onStandby('select pg_wal_replay_pause()')
    onTestFinished(async () => {
      await onStandby('select pg_wal_replay_resume()')
    })
    await waitFor(async () =>
      expect(await onStandby(`select pg_get_wal_replay_pause_state() as state`)).toEqual([{ state: 'paused' }]),
    )
    await query(primary, 'insert into written values (-1)')
    await query(primary, 'update heartbeat set beat_at = now()')
    const [{ now } = { now: '' }] = await query<{ now: string }>(
      primary,
      `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
    )
    const first = await read(replica)
    expect(padded(first.asOf ?? '') < now).toBe(true)
    expect(seen(first).has(-1)).toBe(false)
    await waitFor(async () => expect((await read(replica)).lagSeconds).toBeGreaterThan((first.lagSeconds ?? 0) + 0.1))
    expect(padded((await read(replica)).asOf ?? '') < now).toBe(true)
    await onStandby('select pg_wal_replay_resume()')
    await waitFor(async () => {
      const answer = await read(replica)
      expect(seen(answer).has(-1)).toBe(true)
      if (askPrimary) expect(padded(answer.asOf ?? '') > now).toBe(true)
      expect(answer.lagSeconds).toBeLessThan(5)
    })
    expect(replica.statistics().lagSeconds).not.toBeNull()
  })

  test('an idle primary does not age the replica', async () => {
    const replica = await open({}, true)
    await cluster.caughtUp()
    const first = (await read(replica)).asOf ?? ''
    await waitFor(async () => {
      const { asOf, lagSeconds } = await replica.freshness()
      expect(Date.parse(asOf ?? '')).toBeGreaterThan(Date.parse(first) + 300)
      expect(lagSeconds).toBeLessThan(0.3)
    })
  })

  test('the primary is asked also where the process began without its replica', async () => {
    await cluster.standby.stop()
    onTestFinished(() => cluster.standby.start())
    const replica = await openReplica({ secret: secretOf(standby, {}, primary), tenants, probeEveryMilliseconds: 5 })
    await expect(replica.start()).rejects.toMatchObject({ code: 'REPLICA_UNAVAILABLE' })
    await cluster.standby.start()
    await waitFor(async () => expect(await read(replica)).toMatchObject({ lagSeconds: expect.any(Number) }))
  })

  test('where nothing tells, nothing is told', async () => {
    const replica = await open({}, false)
    expect(await read(replica)).toMatchObject({ asOf: null, lagSeconds: null })
    expect(await replica.freshness()).toMatchObject({
      asOf: null,
      lagSeconds: null,
      position: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    await query(primary, 'delete from heartbeat')
    await cluster.caughtUp()
    const unbeaten = await open({ heartbeat }, false)
    expect(await unbeaten.freshness()).toMatchObject({ asOf: null, lagSeconds: null })
    await query(primary, 'insert into heartbeat values (now())')
    await cluster.caughtUp()
  })

  test('answers go on without the primary, with a lag that grows, until it is back', async () => {
    const replica = await open({}, true)
    await cluster.caughtUp()
    await waitFor(async () => expect((await read(replica)).asOf).not.toBeNull())
    await cluster.primary.stop('fast')
    onTestFinished(() => cluster.primary.start())
    const { asOf } = await read(replica)
    await waitFor(async () => {
      const answer = await read(replica)
      expect(answer.asOf).toBe(asOf)
      expect(answer.lagSeconds).toBeGreaterThan(0.3)
    })
    await cluster.primary.start()
    await waitFor(async () => {
      const answer = await read(replica)
      expect(padded(answer.asOf ?? '') > padded(asOf ?? '')).toBe(true)
      expect(answer.lagSeconds).toBeLessThan(0.3)
    })
  })

  test('the primary is asked over one connection, which close ends', async () => {
    const role = 'asked'
    await query(primary, `create role ${role} login password 'p'`)
    await cluster.caughtUp()
    const count = async () =>
      (await query(cluster.primary.connection, `select 1 from pg_stat_activity where usename = $1`, [role])).length
    const secret = secretOf(standby, {}, { ...primary, user: role, password: 'p' })
    const replica = await openReplica({ secret, tenants, probeEveryMilliseconds: 1 })
    await replica.start()
    for (let round = 0; round < 20; round++) {
      await read(replica)
      expect(await count()).toBe(1)
    }
    await query(
      cluster.primary.connection,
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = $1`,
      [role],
    )
    await waitFor(async () => expect(await count()).toBe(1))
    await replica.close()
    await waitFor(async () => expect(await count()).toBe(0))
  })
})

/** An instant with all six digits, so that text order is time order. */
function padded(instant: string): string {
  const [, seconds = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(instant) ?? []
  return `${seconds}.${fraction.padEnd(6, '0')}Z`
}

import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { openReplica } from '../../test/replica/open-replica.ts'
import { findPgBouncer, startPgBouncer } from '../../test/replica/pgbouncer.ts'
import { makeReportsDatabase, makeTenants, reader, secretOf } from '../../test/replica/reports-database.ts'
import { seed } from '../../test/seed.ts'
import { type Cluster, type Connection, startCluster } from '../embedded/cluster.ts'
import type { Replica } from './replica.ts'

/** `MILLRACE_LONG=1` for the full count; `MILLRACE_SEED` for the order of a former run. */
const requests = process.env.MILLRACE_LONG ? 20_000 : 600
const atOnce = 16
const timeout = 60_000 + requests * 60
/** A connection is killed each time so many requests have ended. */
const killEvery = 8

const tenants = makeTenants(12)
const pgBouncer = findPgBouncer()
if ('reason' in pgBouncer) console.warn(`skipped: T3 through PgBouncer, since ${pgBouncer.reason}`)

/** Numbers that a seed decides (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const seen = `current_setting('app.tenant'), current_setting('search_path'), current_setting('transaction_read_only')`

interface Kind {
  readonly tenancy: 'column' | 'schema'
  /** Gives rows of the tenant, and what it saw of its scope. */
  readonly text: string
  readonly values?: (tenant: string) => string[]
  /** Runs after it, in the same exchange. */
  readonly after?: string
  readonly outcome?: string
  readonly aborted?: true
}

/** What would show a tenant the rows of another, were it to remain. */
const leaveBehind = `select set_config('search_path', '"tenant Acme"', false), set_config('app.tenant', 'Acme', false),
  set_config('work_mem', '9MB', false)`

const own = `select tenant_id, ${seen} from public.item where tenant_id = $1`
const kinds: readonly Kind[] = [
  { tenancy: 'column', text: own, values: (tenant) => [tenant] },
  { tenancy: 'column', text: `select tenant_id, ${seen} from public.guarded` },
  { tenancy: 'schema', text: `select tenant_id, ${seen} from item` },
  { tenancy: 'schema', text: `select tenant_id, ${seen} from item`, after: leaveBehind },
  { tenancy: 'column', text: `select tenant_id, ${seen} from public.guarded`, after: leaveBehind },
  { tenancy: 'schema', text: `select tenant_id, ${seen}, 1 / (n - 3) from item`, outcome: 'INTERNAL' },
  { tenancy: 'column', text: 'select pg_sleep(1)', outcome: 'STATEMENT_TIMEOUT' },
  { tenancy: 'column', text: `select tenant_id, ${seen}, pg_sleep(1) from public.guarded`, aborted: true },
]
/** The kinds that are slow or fail are seldom. */
const weights = [8, 8, 8, 4, 4, 4, 1, 2]

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  let database: Connection
  let superuser: pg.Client
  beforeAll(async () => {
    cluster = await startCluster({ version })
    database = await makeReportsDatabase(cluster, 'reports', tenants)
    await cluster.caughtUp()
    superuser = new pg.Client(cluster.standby.connection)
    await superuser.connect()
  })
  afterAll(async () => {
    await superuser?.end()
    await cluster?.close()
  })

  async function history(replica: Replica, seed: number) {
    const random = generator(seed)
    const counts: Record<string, number> = {}
    let [begun, ended, kills] = [0, 0, 0]

    async function request(): Promise<void> {
      const tenant = tenants[random(tenants.length)] ?? { id: '', schema: '' }
      const kind = pick(random)
      const leaving = new AbortController()
      const texts = kind.after === undefined ? [] : [kind.after]
      const asked = replica.run({
        tenant: tenant.id,
        tenancy: kind.tenancy,
        application: `report of ${tenant.id}`,
        statements: [
          { text: kind.text, values: kind.values?.(tenant.id) ?? [] },
          ...texts.map((text) => ({ text, values: [] })),
        ],
        signal: leaving.signal,
      })
      asked.catch(() => {})
      if (kind.aborted) {
        for (let turns = random(40); turns > 0; turns--) await new Promise(setImmediate)
        leaving.abort()
      }
      const outcome = await asked.then(
        ({ outcomes }) => {
          const path =
            kind.tenancy === 'schema' ? `"${tenant.schema.replaceAll('"', '""')}", pg_temp` : 'pg_catalog, pg_temp'
          const rows = outcomes[0]?.rows ?? []
          expect(rows).toEqual(Array(5).fill([tenant.id, tenant.id, path, 'on']))
          return 'answered'
        },
        (error) => {
          if (leaving.signal.aborted && error === leaving.signal.reason) return 'aborted'
          // A machine that does much else may need longer than the limit for what is quick otherwise.
          expect([kind.outcome, 'REPLICA_UNAVAILABLE', 'STATEMENT_TIMEOUT']).toContain(error.code)
          return error.code as string
        },
      )
      if (outcome === 'answered') expect(kind.outcome).toBeUndefined()
      counts[outcome] = (counts[outcome] ?? 0) + 1
    }

    let killing: Promise<void> = Promise.resolve()
    const kill = () => {
      killing = killing.then(killOne)
      return killing
    }

    async function killOne(): Promise<void> {
      const { rows } = await superuser.query(
        `select pg_terminate_backend(pid) as killed from pg_stat_activity where usename = $1
         order by md5(pid || $2) limit 1`,
        [reader.user, String(random(1_000_000))],
      )
      kills += rows.filter(({ killed }) => killed).length
    }

    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (begun < requests) {
          begun += 1
          await request()
          ended += 1
          if (ended % killEvery === 0) await kill()
        }
      }),
    )
    return { counts, kills }
  }

  const open = (server: Connection) =>
    openReplica({
      secret: secretOf({ ...server, ...reader, database: database.database }),
      tenants,
      fairness: { perTenant: 4, queue: 1000, queuePerTenant: 1000 },
      bounds: { statementTimeoutMilliseconds: 300 },
    })

  test(
    `T3 T4 in ${requests} interleaved requests under connections that are killed no row of another tenant is seen`,
    async () => {
      const replica = await open(cluster.standby.connection)
      const { counts, kills } = await history(replica, seed)
      console.info(`PostgreSQL ${version}, seed ${seed}: ${JSON.stringify(counts)}, ${kills} connections killed`)
      expect(counts.answered).toBeGreaterThan(requests / 2)
      expect(kills).toBeGreaterThan(requests / killEvery / 2)
      expect(replica.statistics()).toMatchObject({ running: 0, queued: 0, connections: { waiting: 0 } })
    },
    timeout,
  )

  describe.skipIf('reason' in pgBouncer)('through PgBouncer in transaction mode', () => {
    const poolSize = 3
    test(
      `T3 T4 in ${requests} interleaved requests over ${poolSize} shared connections no row of another tenant is seen, and nothing remains`,
      async () => {
        const path = 'path' in pgBouncer ? pgBouncer.path : ''
        await using bouncer = await startPgBouncer(path, {
          server: cluster.standby.connection,
          users: [reader],
          poolSize,
        })
        const server = { ...cluster.standby.connection, port: bouncer.port }
        const replica = await open(server)
        const { counts, kills } = await history(replica, seed)
        console.info(
          `PostgreSQL ${version}, PgBouncer, seed ${seed}: ${JSON.stringify(counts)}, ${kills} connections killed`,
        )
        expect(counts.answered).toBeGreaterThan(requests / 2)
        expect(kills).toBeGreaterThan(requests / killEvery / 2)

        // What was killed last may still be handed out, once.
        const backends = await eventually(async () => {
          const clients = Array.from({ length: poolSize }, () =>
            new pg.Client({ ...server, ...reader, database: database.database }).on('error', () => {}),
          )
          try {
            return await Promise.all(
              clients.map(async (client) => {
                await client.connect()
                await client.query('begin')
                const { rows } =
                  await client.query(`select pg_backend_pid() as pid, current_setting('app.tenant', true) as tenant,
                current_setting('search_path') as path, current_setting('work_mem') as memory,
                current_setting('statement_timeout') as limit, current_setting('default_transaction_read_only') as read_only`)
                return rows[0]
              }),
            )
          } finally {
            await Promise.allSettled(clients.map((client) => client.end()))
          }
        })
        expect(new Set(backends.map(({ pid }) => pid)).size).toBe(poolSize)
        for (const { tenant, path, memory, limit, read_only } of backends)
          expect([tenant ?? '', path, memory, limit, read_only]).toEqual(['', '"$user", public', '4MB', '0', 'off'])
      },
      timeout,
    )
  })
})

function pick(random: (below: number) => number): Kind {
  let at = random(weights.reduce((sum, weight) => sum + weight, 0))
  const which = weights.findIndex((weight) => {
    at -= weight
    return at < 0
  })
  return kinds[which] as Kind
}

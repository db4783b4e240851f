import pg from 'pg'
import { MillraceError } from '../../errors.ts'
import type { ConnectionSettings } from '../../secret/connection.ts'
import { tlsOptions } from '../../secret/tls-options.ts'
import { isUnreachable, storeFaultOf } from './store-fault.ts'

/** What runs statements: the pool or a client of it. */
export type Queryable = Pick<pg.ClientBase, 'query'>

/** Milliseconds, unless told otherwise. */
const connectTimeout = 5_000
const statementTimeout = 30_000
/** After which a read is not made again. */
const patience = 1_000

/**
 * What the counters stand on, whatever is set for the role or the database: that a commit is on disk before it is answered, and that
 * a worker which froze in the middle of a batch does not hold up the next one.
 */
const guarantees = [
  'synchronous_commit=on',
  `statement_timeout=${statementTimeout}`,
  `lock_timeout=${statementTimeout}`,
  'idle_in_transaction_session_timeout=10000',
  'idle_session_timeout=0',
]

/**
 * Every statement finds its rows by an index, one after the other, and planning takes longer than most of them: each is planned once
 * for a connection, and a plan that was made while a table was empty must be right when it is not.
 */
const plans = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
]

const settings = [...guarantees, ...plans]

const optionsText = (given: readonly string[]): string => given.map((setting) => `-c ${setting}`).join(' ')

const isConnectionSettings = (connection: ConnectionSettings | pg.ClientConfig): connection is ConnectionSettings =>
  typeof connection.password === 'object'

/** What `pg` needs to reach the store. */
export function clientConfig(connection: ConnectionSettings | pg.ClientConfig): pg.ClientConfig {
  if (!isConnectionSettings(connection)) return { connectionTimeoutMillis: connectTimeout, ...connection }
  const { host, port, user, database, password } = connection
  return {
    host,
    port,
    user,
    database,
    password: () => password.reveal(),
    ssl: tlsOptions(connection),
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'millrace store',
  }
}

/** The connections to the store, at most `size` of them. */
export class Connections {
  readonly #pool: pg.Pool

  constructor(config: pg.ClientConfig, size: number) {
    this.#pool = new pg.Pool({
      ...config,
      options: `${config.options ?? ''} ${optionsText(settings)}`.trim(),
      // A server that was cut off answers nothing at all.
      query_timeout: statementTimeout + 5_000,
      max: size,
      idleTimeoutMillis: 60_000,
      // A name that comes to mean another server is followed within the hour.
      maxLifetimeSeconds: 3_600,
    })
    this.#pool.on('error', () => {})
    // The pool listens to a client only while it is idle, and an error that nobody listens to ends the process.
    this.#pool.on('connect', (client) => client.on('error', () => {}))
  }

  /** One statement by itself. Throws STORE_UNAVAILABLE. */
  async query<Row extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    try {
      return await this.#pool.query<Row>(config)
    } catch (error) {
      throw storeFaultOf(error)
    }
  }

  /**
   * As `query`, of what changes nothing: where its connection broke, as all idle ones do when the server is started anew, it is asked
   * once more on another. Throws STORE_UNAVAILABLE.
   */
  async read<Row extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const since = performance.now()
    try {
      return await this.#pool.query<Row>(config)
    } catch (error) {
      if (!isUnreachable(error) || performance.now() - since > patience) throw storeFaultOf(error)
      return await this.query<Row>(config)
    }
  }

  /** Everything or nothing. Throws STORE_UNAVAILABLE, and what `work` throws of ours. */
  async transaction<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result> {
    let client: pg.PoolClient | undefined
    try {
      client = await this.#pool.connect()
      await client.query('begin')
      const result = await work(client)
      await client.query('commit')
      client.release()
      return result
    } catch (error) {
      await leave(client, error)
      throw storeFaultOf(error)
    }
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

/** Nothing of the transaction remains: it is rolled back, or its connection destroyed where it may not answer any more. */
async function leave(client: pg.PoolClient | undefined, error: unknown): Promise<void> {
  if (!(error instanceof MillraceError || error instanceof pg.DatabaseError)) return client?.release(true)
  try {
    await client?.query('rollback')
    client?.release()
  } catch {
    client?.release(true)
  }
}

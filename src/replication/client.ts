import pg from 'pg'
import type { ConnectionSettings } from '../secret/connection.ts'
import { tlsOptions } from '../secret/tls-options.ts'
import { isAbort, sourceFaultOf } from './source-fault.ts'

/**
 * What a host may have set for its roles and databases, and must not befall these connections: they wait long by their nature,
 * and each of our statements states its own limits.
 */
const unlimited = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
].map((name) => `-c ${name}=0`)

/** How long a server may take to let somebody in, in milliseconds. */
const connectTimeoutMilliseconds = 10_000

function clientConfig(settings: ConnectionSettings, name: string): pg.ClientConfig {
  const { host, port, user, database, password } = settings
  return {
    host,
    port,
    user,
    database,
    password: () => password.reveal(),
    ssl: tlsOptions(settings),
    connectionTimeoutMillis: connectTimeoutMilliseconds,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: name,
    options: unlimited.join(' '),
  }
}

/** The names of our connections, as `pg_stat_activity` and `pg_stat_replication` show them. */
export const applicationName = { changes: 'millrace changes', control: 'millrace control' } as const

/** An ordinary connection, to be ended by whoever asked for it. Throws what the driver throws. */
export async function connect(settings: ConnectionSettings): Promise<pg.Client> {
  return await connected(new pg.Client(clientConfig(settings, applicationName.control)))
}

/** A connection that also understands the commands of replication. */
export async function connectForReplication(settings: ConnectionSettings): Promise<pg.Client> {
  const config = { ...clientConfig(settings, applicationName.changes), replication: 'database' }
  return await connected(new pg.Client(config))
}

async function connected(client: pg.Client): Promise<pg.Client> {
  // An error while nobody asks anything is met again by whoever asks next.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    client.connection.stream.destroy()
    throw error
  }
}

/** Runs something on a connection of its own, which then ends. Throws SOURCE_UNAVAILABLE, and what `run` throws of ours. */
export async function withClient<Result>(
  settings: ConnectionSettings,
  run: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  let client: pg.Client | undefined
  try {
    client = await connect(settings)
    return await run(client)
  } catch (error) {
    throw isAbort(error) ? error : sourceFaultOf(error)
  } finally {
    await client?.end().catch(() => {})
  }
}

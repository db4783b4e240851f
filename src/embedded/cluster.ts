import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { MillraceError } from '../errors.ts'
import { findBinaries, type Version } from './binaries.ts'
import { copy, follow, initialise } from './data-folder.ts'
import { query } from './database.ts'
import { EmbeddedServer, type Server } from './server.ts'
import type { Settings } from './settings.ts'
import { giveTo, unprivilegedAccount } from './unprivileged.ts'
import { folderPrefix, Watchdog } from './watchdog.ts'

export type { Connection } from './connection.ts'
export type { Server, Version }

/** A primary and a physical standby that streams from it, on this machine, gone with this process at the latest. */
export interface Cluster extends AsyncDisposable {
  readonly version: Version
  readonly primary: Server
  /** Throws where the cluster was started with `standby: false`. */
  readonly standby: Server
  /** Waits until the standby shows what the primary has committed so far; throws after 30 s. */
  caughtUp(): Promise<void>
  /** Stops both servers and removes their folder. */
  close(): Promise<void>
}

/** A server by itself, as a purpose-built analytics database would be. */
export interface StandaloneServer extends Server, AsyncDisposable {
  close(): Promise<void>
}

export interface ClusterOptions {
  /** 18 unless given. */
  readonly version?: Version
  /** Settings of both servers, over the embedded ones (settings.ts). */
  readonly settings?: Settings
  /** Whether there is a standby; true unless given. */
  readonly standby?: boolean
  /** Told each step, for a person who waits. */
  readonly progress?: (line: string) => void
}

/** Starts a primary and, unless told otherwise, its standby. Throws EMBEDDED_UNAVAILABLE, and then leaves nothing behind. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { version = 18, settings = {}, standby: wanted = true, progress = () => {} } = options
  const account = unprivilegedAccount()
  const binaries = await findBinaries(version, account)
  const folder = await mkdtemp(join(tmpdir(), folderPrefix))
  const watchdog = new Watchdog(folder)
  try {
    await giveTo(account, folder)
    const making = { binaries, account, started: watchdog.watch }
    const superuser = { user: 'postgres', password: randomBytes(18).toString('hex') }
    const server = (name: string) =>
      new EmbeddedServer({
        ...{ version, ...making, ...superuser },
        dataFolder: join(folder, name),
        logFile: join(folder, `${name}.log`),
      })
    const primary = server('primary')
    const standby = wanted ? server('standby') : undefined

    progress(`Making a PostgreSQL ${version} database cluster`)
    await initialise(primary.dataFolder, superuser, settings, making)
    if (standby) await copy(primary.dataFolder, standby.dataFolder, making)
    await primary.start()
    progress(`The primary listens on port ${primary.connection.port}`)
    if (standby) {
      const slot = 'standby'
      await query(primary.connection, 'select pg_create_physical_replication_slot($1, true)', [slot])
      await follow(standby.dataFolder, { connection: primary.connection, slot }, account)
      await standby.start()
      await caughtUp(primary, standby)
      progress(`The standby listens on port ${standby.connection.port}`)
    }

    // The folder goes, so nothing is lost by an immediate stop, and no reader of changes can hold it up.
    const close = async () => {
      await Promise.all([primary.stop('immediate'), standby?.stop('immediate')])
      await watchdog.finish()
    }
    return {
      version,
      primary,
      get standby() {
        if (!standby) throw new MillraceError('EMBEDDED_UNAVAILABLE', 'this cluster was started without a standby')
        return standby
      },
      caughtUp: () => caughtUp(primary, standby),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await watchdog.finish()
    throw error
  }
}

/** Starts one server without a standby. */
export async function startServer(options: Omit<ClusterOptions, 'standby'> = {}): Promise<StandaloneServer> {
  const { primary, close } = await startCluster({ ...options, standby: false })
  return Object.assign(primary, { close, [Symbol.asyncDispose]: close })
}

async function caughtUp(primary: Server, standby: Server | undefined): Promise<void> {
  if (!standby) return
  const [row] = await query<{ lsn: string }>(primary.connection, 'select pg_current_wal_lsn()::text as lsn')
  const client = new pg.Client(standby.connection)
  client.on('error', () => {})
  await client.connect()
  try {
    const deadline = Date.now() + 30_000
    for (;;) {
      const { rows } = await client.query<{ replayed: string; reached: boolean }>(
        'select pg_last_wal_replay_lsn()::text as replayed, pg_last_wal_replay_lsn() >= $1::pg_lsn as reached',
        [row?.lsn],
      )
      if (rows[0]?.reached) return
      if (Date.now() > deadline)
        throw new MillraceError(
          'EMBEDDED_UNAVAILABLE',
          `the standby has replayed up to ${rows[0]?.replayed} in 30 s, and the primary is at ${row?.lsn}`,
        )
      await delay(1)
    }
  } finally {
    await client.end()
  }
}

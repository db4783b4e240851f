import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { MillraceError } from '../errors.ts'
import { findBinaries } from './binaries.ts'
import type { Version } from './binaries-installed.ts'
import { caughtUp } from './caught-up.ts'
import { configure, copy, follow, initialise } from './data-folder.ts'
import { query } from './database.ts'
import { makeGuardedFolder } from './guarded-folder.ts'
import { giveIdentity } from './own-identity.ts'
import { EmbeddedServer, type Server } from './server.ts'
import type { Settings } from './settings.ts'
import { findTemplate } from './template.ts'
import { unprivilegedAccount } from './unprivileged.ts'

export type { Version } from './binaries-installed.ts'
export type { Connection } from './connection.ts'
export type { Server, StopMode } from './server.ts'

/** A primary and a physical standby that streams from it, on this machine; gone with this process at the latest. */
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

/** A server by itself, as a purpose-built analytics database is. */
export interface StandaloneServer extends Server, AsyncDisposable {
  close(): Promise<void>
}

export interface ServerOptions {
  /** 18 unless given. */
  readonly version?: Version
  /** Settings of every server, over the embedded ones (settings.ts). */
  readonly settings?: Settings
  /** Told each step, for a person who waits. */
  readonly progress?: (line: string) => void
}

export interface ClusterOptions extends ServerOptions {
  /** Whether there is a standby; true unless given. */
  readonly standby?: boolean
}

/** Starts a primary and, unless told otherwise, its standby. Throws EMBEDDED_UNAVAILABLE, and then leaves nothing behind. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { version = 18, settings = {}, progress = () => {} } = options
  const account = unprivilegedAccount()
  const binaries = await findBinaries(version, account)
  const template = await findTemplate(version, { binaries, account, started: () => {} })
  const folder = await makeGuardedFolder(account)
  const tools = { binaries, account, started: folder.started }
  const superuser = template?.superuser ?? { user: 'postgres', password: randomBytes(18).toString('hex') }
  const server = (name: string) => {
    const [dataFolder, logFile] = [join(folder.path, name), join(folder.path, `${name}.log`)]
    return new EmbeddedServer({ ...tools, ...superuser, version, dataFolder, logFile })
  }
  const primary = server('primary')
  const standby = options.standby === false ? undefined : server('standby')
  // The data is thrown away, so nothing is lost by an immediate stop, and no reader of changes can hold it up.
  const close = async () => {
    await Promise.all([primary.stop('immediate'), standby?.stop('immediate')])
    await folder.remove()
  }
  const existingStandby = () => {
    if (standby) return standby
    throw new MillraceError('EMBEDDED_UNAVAILABLE', 'this cluster was started without a standby')
  }
  try {
    progress(`Making a PostgreSQL ${version} data folder`)
    if (template === undefined) await initialise(primary.dataFolder, superuser, tools)
    else {
      await copy(template.folder, primary.dataFolder, tools)
      await giveIdentity(primary.dataFolder)
    }
    await configure(primary.dataFolder, settings)
    if (standby) await copy(primary.dataFolder, standby.dataFolder, tools)
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
  } catch (error) {
    await close()
    throw error
  }
  return {
    version,
    primary,
    get standby() {
      return existingStandby()
    },
    caughtUp: async () => caughtUp(primary, existingStandby()),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Starts one server without a standby. Throws as `startCluster` does. */
export async function startServer(options: ServerOptions = {}): Promise<StandaloneServer> {
  const { primary, close } = await startCluster({ ...options, standby: false })
  return Object.assign(primary, { close, [Symbol.asyncDispose]: close })
}

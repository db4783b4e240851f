import pg from 'pg'
import type { Server } from '../../src/embedded/cluster.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { createSlot } from '../../src/replication/slot.ts'
import { newSlotName } from '../../src/replication/slot-name.ts'
import type { ConnectionSettings } from '../../src/secret/connection.ts'
import { Secret } from '../../src/secret/secret.ts'

/** A database whose changes are read, with a connection of the host application. */
export interface SourceDatabase extends AsyncDisposable {
  readonly settings: ConnectionSettings
  readonly host: pg.Client
  /** One more connection of the host. */
  connect(): Promise<pg.Client>
  /** A slot of a name of its own. */
  slot(): Promise<string>
}

export const settingsOf = (connection: {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}): ConnectionSettings => ({ ...connection, password: new Secret(connection.password), ssl: 'disable' })

let databases = 0

/** An empty database on a primary, in a locale and with settings that a host may have. */
export async function makeSourceDatabase(primary: Server): Promise<SourceDatabase> {
  const connection = await createDatabase(primary, `source_${process.pid}_${++databases}`)
  const settings = settingsOf(connection)
  const clients: pg.Client[] = []
  const slots: string[] = []
  const connect = async () => {
    const client = new pg.Client(connection)
    client.on('error', () => {})
    await client.connect()
    clients.push(client)
    return client
  }
  return {
    settings,
    host: await connect(),
    connect,
    slot: async () => {
      const { name } = await createSlot(settings, newSlotName('test'))
      slots.push(name)
      return name
    },
    [Symbol.asyncDispose]: async () => {
      const [host] = clients
      if (primary.running)
        await host
          ?.query(
            'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = any($1) and not active',
            [slots],
          )
          .catch(() => {})
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

import type { Connection } from '../../src/embedded/connection.ts'
import type { ConnectionSettings } from '../../src/secret/connection.ts'
import { Secret } from '../../src/secret/secret.ts'

/** A connection of this machine, as Millrace is given one. */
export const settingsOf = (connection: Connection): ConnectionSettings => ({
  ...connection,
  password: new Secret(connection.password),
  ssl: 'disable',
})

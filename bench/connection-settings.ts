import type { Connection } from '../src/embedded/connection.ts'
import type { ConnectionSettings } from '../src/secret/connection.ts'
import { Secret } from '../src/secret/secret.ts'

/** A database of this machine as the product is told of it. */
export const connectionSettings = (connection: Connection): ConnectionSettings => ({
  ...connection,
  password: new Secret(connection.password),
  ssl: 'disable',
})

import { randomBytes } from 'node:crypto'
import { startServer } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { emulatorCredentials, startDynamo } from '../../src/embedded/dynamodb.ts'
import type { StopMode } from '../../src/embedded/server.ts'
import { createTable } from '../../src/store/dynamodb/create-table.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { connected, statements } from './data/database.ts'
import type { StoreKind, StorePlace } from './store-place.ts'

/** Where reports are answered from: a server for the store alone, so that neither the primary nor its standby bears its writes. */
export interface ReportingStore {
  /** For a person. */
  readonly name: string
  /** As what folds knows it. */
  readonly folding: StorePlace
  /** As what answers reports knows it: where there are roles, by one that can only read. */
  readonly serving: StorePlace
  /** The member `store` of the analytics secret. */
  readonly secret: object
  readonly server: { stop(mode?: StopMode): Promise<void>; start(): Promise<void> }
  close(): Promise<void>
}

export function startReportingStore(kind: StoreKind, progress: (line: string) => void): Promise<ReportingStore> {
  return kind === 'dynamodb' ? startInDynamo(progress) : startInPostgres(progress)
}

async function startInPostgres(progress: (line: string) => void): Promise<ReportingStore> {
  const server = await startServer()
  try {
    const database = await createDatabase(server, 'reporting')
    const role = (user: string): Connection => ({ ...database, user, password: randomBytes(18).toString('hex') })
    const [folding, serving] = [role('folding'), role('serving')]
    const passwords = { folding_password: folding.password, serving_password: serving.password }
    await connected(database, async (client) => {
      await client.query(await statements('store-roles', passwords))
    })
    const store = new PostgresStore({ connection: { ...folding } })
    await store.migrate().finally(() => store.close())
    progress(`The reporting store, a PostgreSQL server of its own, listens on port ${server.connection.port}`)
    const { host, port, user, password, database: name } = serving
    return {
      name: 'PostgreSQL',
      folding: { kind: 'postgres', connection: folding },
      serving: { kind: 'postgres', connection: serving },
      secret: { host, port, user, password, database: name },
      server,
      close: () => server.close(),
    }
  } catch (error) {
    await server.close()
    throw error
  }
}

/** What the default chain of AWS finds in this process and in those that it starts; nothing here may reach a real account. */
const environment = {
  AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
}

async function startInDynamo(progress: (line: string) => void): Promise<ReportingStore> {
  Object.assign(process.env, environment)
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name]
  const server = await startDynamo()
  try {
    const address = { table: 'reports', region: server.region, endpoint: server.endpoint }
    await createTable(address)
    progress(`The reporting store, a table of an embedded emulator of DynamoDB, answers at ${server.endpoint}`)
    const place: StorePlace = { kind: 'dynamodb', table: address }
    return {
      name: 'DynamoDB (embedded emulator)',
      folding: place,
      serving: place,
      secret: { engine: 'dynamodb', ...address },
      server,
      close: () => server.close(),
    }
  } catch (error) {
    await server.close()
    throw error
  }
}

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { apply } from '../../src/replication/apply.ts'
import type { Catalog } from '../../src/report/catalog.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { definition } from '../../src/report/source.ts'
import { MemoryStore } from '../../src/store/memory/memory-store.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import type { TenantInput } from '../../src/tenancy/tenant.ts'
import { openTables } from '../dynamodb/tables.ts'
import { type Folding, startFolding } from '../fold/folding.ts'
import { makeSourceDatabase, type SourceDatabase } from '../replication/source-database.ts'
import { openPlace, type StorePlace } from '../store/store-place.ts'
import { onPostgres, postgresStores } from '../store/store-servers.ts'
import { analyticsRole, grantSelect } from './deployment.ts'

/** The role that `serve` reads the store with: it may select, and nothing else. */
const readerRole = { user: 'reports_reader', password: randomBytes(18).toString('hex') }

/** A host's database with its standby, and a reporting store of its own, that reports are folded into by this process. */
export interface FoldedHost extends AsyncDisposable {
  readonly cluster: Cluster
  readonly host: pg.Client
  readonly store: ReportStore
  /** The secret, with what it says of the store besides where it is. */
  secret(store?: object): object
  /** What such a secret says of a store that nobody answers for. */
  readonly nowhere: object
  /** Begins to fold; or goes on. `store`: as the worker sees it. */
  fold(reports?: readonly ReportDefinition[], store?: ReportStore): Promise<Folding>
  /** The position that everything committed so far is before. */
  lsn(): Promise<string>
  close(): Promise<void>
}

export async function startFoldedHost(
  catalog: Catalog,
  tenants: readonly TenantInput[],
  tables: string,
  { kind = 'postgres', ...given }: { readonly kind?: StorePlace['kind']; readonly cluster?: Cluster } = {},
): Promise<FoldedHost> {
  const cluster = given.cluster ?? (await startCluster())
  const database: SourceDatabase = await makeSourceDatabase(cluster.primary)
  const { host } = database
  await host.query(tables)
  await grantSelect(host, ['public'])
  const folded = catalog.reports.filter((report) => report.node === 'report')
  const sources = [...new Map(folded.map(({ from }) => [from[definition].table, from])).values()]
  await apply(database.settings, { sources: sources.map((source) => ({ source })) })
  const stored = await storedIn[kind](cluster)
  const { store } = stored
  await cluster.caughtUp()
  const { database: name } = database.settings
  const at = ({ host, port }: Connection) => ({ host, port, database: name, ...analyticsRole })
  const running: Folding[] = []

  async function close() {
    await Promise.all(running.map((folding) => folding.stop()))
    await store.close()
    await Promise.all([database[Symbol.asyncDispose](), stored.close()])
    if (given.cluster === undefined) await cluster.close()
  }

  return {
    cluster,
    host,
    store,
    nowhere: stored.nowhere,
    secret: (about = {}) => ({
      replica: { target: 'standby', ...at(cluster.standby.connection) },
      primary: at(cluster.primary.connection),
      ...(stored.secret && { store: { ...stored.secret, ...about } }),
    }),
    async fold(reports = folded, seen = store) {
      const allowlist = createAllowlist(tenants)
      await allowlist.start()
      const snapshots = { ...database.settings, port: cluster.standby.connection.port }
      const folding = startFolding(database, {
        ...{ store: seen, snapshots, reports, tenants: allowlist },
        flushMilliseconds: 20,
      })
      running.push(folding)
      return folding
    },
    async lsn() {
      const { rows } = await host.query('select pg_current_wal_insert_lsn()::text as lsn')
      return rows[0].lsn
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A store, and how a deployment is told of it. */
export interface Stored {
  readonly store: ReportStore
  /** What the analytics secret says of it; undefined of one in memory, which no secret can name. */
  readonly secret: object | undefined
  readonly nowhere: object
  close(): Promise<void>
}

const storedIn: Readonly<Record<StorePlace['kind'], (cluster: Cluster) => Promise<Stored>>> = {
  memory: async () => ({ store: new MemoryStore(), secret: undefined, nowhere: {}, close: async () => {} }),
  postgres: storeInPostgres,
  dynamodb: storeInDynamo,
}

export async function storeInPostgres(cluster: Cluster): Promise<Stored> {
  const place = await postgresStores(cluster.primary).place()
  const connection = onPostgres(place)
  await grantReading(connection)
  return {
    store: openPlace(place),
    secret: { kind: 'postgres', ...connection, ...readerRole },
    nowhere: { port: 1 },
    close: async () => {},
  }
}

export async function storeInDynamo(): Promise<Stored> {
  const tables = await openTables()
  const { credentials, ...address } = await tables.table()
  // What answers reports has them from the default chain.
  process.env.AWS_ACCESS_KEY_ID ??= credentials?.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY ??= credentials?.secretAccessKey
  return {
    store: openPlace({ kind: 'dynamodb', table: { ...address, ...(credentials && { credentials }) } }),
    secret: { engine: 'dynamodb', ...address },
    nowhere: { endpoint: 'http://127.0.0.1:1' },
    close: () => tables.close(),
  }
}

async function grantReading(connection: Connection): Promise<void> {
  const admin = new pg.Client(connection)
  await admin.connect()
  const { user, password } = readerRole
  await admin.query(`create role ${user} login password '${password}';
    grant usage on schema reporting to ${user}; grant select on all tables in schema reporting to ${user}`)
  await admin.end()
}

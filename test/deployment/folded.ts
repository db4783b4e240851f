import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { apply } from '../../src/replication/apply.ts'
import type { Catalog } from '../../src/report/catalog.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { definition } from '../../src/report/source.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import type { TenantInput } from '../../src/tenancy/tenant.ts'
import { type Folding, startFolding } from '../fold/folding.ts'
import { makeSourceDatabase, type SourceDatabase } from '../replication/source-database.ts'
import { analyticsRole, grantSelect } from './deployment.ts'

/** The role that `serve` reads the store with: it may select, and nothing else. */
const readerRole = { user: 'reports_reader', password: randomBytes(18).toString('hex') }

/** A host's database with its standby, and a reporting store of its own, that reports are folded into by this process. */
export interface FoldedHost extends AsyncDisposable {
  readonly cluster: Cluster
  readonly host: pg.Client
  readonly store: PostgresStore
  readonly storeConnection: Connection
  /** The secret, with what it says of the store besides the connection. */
  secret(store?: object): object
  /** Begins to fold; or goes on. */
  fold(reports?: readonly ReportDefinition[]): Promise<Folding>
  /** The position that everything committed so far is before. */
  lsn(): Promise<string>
  close(): Promise<void>
}

export async function startFoldedHost(
  catalog: Catalog,
  tenants: readonly TenantInput[],
  tables: string,
): Promise<FoldedHost> {
  const cluster = await startCluster()
  const database: SourceDatabase = await makeSourceDatabase(cluster.primary)
  const { host } = database
  await host.query(tables)
  await grantSelect(host, ['public'])
  const folded = catalog.reports.filter((report) => report.node === 'report')
  const sources = [...new Map(folded.map(({ from }) => [from[definition].table, from])).values()]
  await apply(database.settings, { sources: sources.map((source) => ({ source })) })
  const storeConnection = await createDatabase(cluster.primary, 'reporting_store')
  const store = new PostgresStore({ connection: storeConnection })
  await store.migrate()
  await grantReading(storeConnection)
  await cluster.caughtUp()
  const { database: name } = database.settings
  const at = ({ host, port }: Connection) => ({ host, port, database: name, ...analyticsRole })
  const running: Folding[] = []

  async function close() {
    await Promise.all(running.map((folding) => folding.stop()))
    await store.close()
    await database[Symbol.asyncDispose]()
    await cluster.close()
  }

  return {
    cluster,
    host,
    store,
    storeConnection,
    secret: (about = {}) => ({
      replica: { target: 'standby', ...at(cluster.standby.connection) },
      primary: at(cluster.primary.connection),
      store: { kind: 'postgres', ...storeConnection, ...readerRole, ...about },
    }),
    async fold(reports = folded) {
      const allowlist = createAllowlist(tenants)
      await allowlist.start()
      const snapshots = { ...database.settings, port: cluster.standby.connection.port }
      const folding = startFolding(database, { store, snapshots, reports, tenants: allowlist, flushMilliseconds: 20 })
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

async function grantReading(connection: Connection): Promise<void> {
  const admin = new pg.Client(connection)
  await admin.connect()
  const { user, password } = readerRole
  await admin.query(`create role ${user} login password '${password}';
    grant usage on schema reporting to ${user}; grant select on all tables in schema reporting to ${user}`)
  await admin.end()
}

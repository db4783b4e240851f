import { startMillrace } from 'millrace/start'
import { startCluster } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { createAnswered } from './answered.ts'
import { createBook } from './book.ts'
import { backOffice } from './catalog.ts'
import { createComparer } from './compare.ts'
import { createRoles, loadDemo } from './data/load.ts'
import { loadManyFindings } from './data/load-many-findings.ts'
import { startFolding } from './folding.ts'
import { heldReports } from './held-reports.ts'
import { createHost } from './host.ts'
import { manyTenants } from './many-tenants.ts'
import { createMoment } from './moment.ts'
import { readPageFiles } from './page-files.ts'
import { primaryPosition, storeReached } from './positions.ts'
import { prepare, rollupsOf } from './prepare.ts'
import { type ReportingStore, startReportingStore } from './reporting-store.ts'
import { analyticsSecrets } from './secrets.ts'
import { createSignIn } from './sign-in.ts'
import { openPlace, type StoreKind } from './store-place.ts'
import { type DemoTenant, demoTenants } from './tenants.ts'
import { startTraffic } from './traffic.ts'
import { Writes } from './writes.ts'

export interface DemoOptions {
  /** 0: any that is free. The next ones are tried where it is taken. */
  readonly port: number
  readonly seed: number
  /** How many years of history. */
  readonly years: number
  /** How large the customers are; 1 is about 50,000 bookings and 40,000 findings a year. */
  readonly size: number
  /** So many findings of a hundred customers in place of the history; nothing else is loaded then. */
  readonly findings?: number
  /** Transactions per second while it runs; 0 is none. */
  readonly rate: number
  /** Milliseconds since 1970 at which the demo's clock stands still, for pictures; that of the machine unless given. */
  readonly at?: number
  /** What the reporting store is: PostgreSQL unless given. */
  readonly store?: StoreKind
  /** Told each step, for a person who waits. */
  readonly progress: (line: string) => void
}

export interface Demo {
  /** Where the page is. */
  readonly url: string
  /** The host application's own database, which it writes to. */
  readonly primary: Connection
  /** The server of the reporting store, to see what happens without it. */
  readonly store: ReportingStore['server']
  /** Waits until the replica and the store show what has been committed so far. */
  caughtUp(): Promise<void>
  /** Waits until the reporting store answers every report that it can. */
  folded(): Promise<void>
  /** Stops everything and removes the databases. */
  close(): Promise<void>
}

/**
 * Starts a real primary and standby, a reporting store, what folds, a host application with Millrace in it, and traffic. Returns
 * when the page is up: until the store is built, the replica answers. Leaves nothing where it fails.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { seed, years, size, rate, findings, at, progress } = options
  const moment = createMoment(at)
  const stopping: (() => Promise<void>)[] = []
  const close = async () => {
    for (const stop of stopping.splice(0).reverse()) await stop()
  }
  try {
    const many = findings === undefined ? undefined : manyTenants(findings)
    const tenants: readonly DemoTenant[] = many ?? demoTenants.map((tenant) => sized(tenant, size))
    const reading = readPageFiles()
    reading.catch(() => {})
    const storing = startReportingStore(options.store ?? 'postgres', progress)
    stopping.push(() => storing.then((store) => store.close()).catch(() => {}))
    const cluster = await startCluster({ progress, ...(many && { settings: roomy }) })
    stopping.push(() => cluster.close())
    const folding = startFolding(progress)
    stopping.push(() => folding.stop())
    const database = await createDatabase(cluster.primary, 'back_office')
    const history = { seed, years, now: moment.now().epochMilliseconds, progress }
    const roles =
      many === undefined ? await loadDemo(database, { ...history, tenants }) : await createRoles(database, tenants)
    if (many !== undefined) await loadManyFindings(database, { ...history, tenants: many, findings: findings ?? 0 })
    const statements = await prepare(roles.replication, tenants)
    progress(`The primary is prepared, in ${statements} statements`)
    await cluster.caughtUp()
    progress('The standby has all of it')

    const standbyPort = cluster.standby.connection.port
    const store = await storing
    folding.begin({
      replication: roles.replication,
      snapshots: { ...roles.replication, port: standbyPort },
      store: store.folding,
      tenants: tenants.map(({ id, timeZone, mobility }) => ({
        id,
        timeZone,
        ...(mobility && { schema: mobility.schema }),
      })),
      wanted: rollupsOf(tenants),
    })

    const signIn = createSignIn(tenants)
    const secrets = analyticsSecrets({ analytics: roles.analytics, standbyPort, store: store.secret })
    const start = (analytics: string) =>
      startMillrace(
        {
          reports: backOffice,
          analytics,
          tenants: { table: 'tenant', id: 'id', schema: 'schema_name', timeZone: 'time_zone' },
          viewer: signIn.viewer,
        },
        { audit: () => {}, warn: progress, now: moment.now },
      )
    const [answering, replicaOnly] = await Promise.all([start(secrets.store), start(secrets.replica)])
    stopping.push(async () => {
      await Promise.all([answering.close(), replicaOnly.close()])
    })
    progress('Millrace reads the standby, and has proved that it is one')

    const writes = new Writes()
    const booking = createBook(roles.application, { seed, writes, moment })
    const progressOf = await openPlace(store.serving)
    stopping.push(async () => {
      await Promise.all([booking.close(), progressOf.close()])
    })
    const reached = async () => {
      const position = await primaryPosition(roles.application)
      await Promise.all([cluster.caughtUp(), storeReached(progressOf, position)])
      return position
    }
    const compare = createComparer({
      replica: replicaOnly.reports,
      store: answering.reports,
      writes,
      moment,
      reached,
    })
    const answered = createAnswered({ answering, replicaOnly, store: progressOf, moment })
    const host = await createHost({
      tenants,
      signIn,
      reports: heldReports(answering.reports, at),
      replicaOnly: heldReports(replicaOnly.reports, at),
      engines: {
        compare,
        moment,
        primary: roles.application,
        fold: () => ({ ...folding.state, store: store.name }),
        book: booking.book,
        answered,
      },
      files: await reading,
    })
    stopping.push(() => host.close())
    const url = await listen(host, options.port)
    progress('The back office is up')

    if (rate > 0) {
      const onError = (error: unknown) => progress(`Traffic: ${error instanceof Error ? error.message : error}`)
      const traffic = startTraffic(roles.application, { tenants, seed, rate, onError, writes })
      stopping.push(() => traffic.stop())
    }
    return {
      url,
      primary: roles.application,
      store: store.server,
      caughtUp: async () => {
        await reached()
      },
      folded: () => folding.settled(),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** For millions of rows. Both servers have the same; a build may read for longer than a standby waits for its readers by default. */
const roomy = {
  shared_buffers: '512MB',
  work_mem: '32MB',
  maintenance_work_mem: '256MB',
  max_wal_size: '2GB',
  hot_standby_feedback: 'on',
}

function sized(tenant: DemoTenant, size: number): DemoTenant {
  const { mobility, security } = tenant
  return {
    ...tenant,
    ...(mobility && { mobility: { ...mobility, bookingsADay: mobility.bookingsADay * size } }),
    ...(security && { security: { ...security, assets: Math.max(4, Math.round(security.assets * size)) } }),
  }
}

async function listen(host: Awaited<ReturnType<typeof createHost>>, first: number): Promise<string> {
  for (let port = first; ; port++) {
    try {
      return await host.listen({ host: '127.0.0.1', port })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port >= first + 20) throw error
    }
  }
}

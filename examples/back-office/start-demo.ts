import { startMillrace } from 'millrace/start'
import { startCluster } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { backOffice } from './catalog.ts'
import { loadDemo } from './data/load.ts'
import { createHost } from './host.ts'
import { readPageFiles } from './page-files.ts'
import { createSignIn } from './sign-in.ts'
import { type DemoTenant, demoTenants } from './tenants.ts'
import { startTraffic } from './traffic.ts'

export interface DemoOptions {
  /** 0: any that is free. The next ones are tried where it is taken. */
  readonly port: number
  readonly seed: number
  /** How many years of history. */
  readonly years: number
  /** How large the customers are; 1 is about 50,000 bookings and 40,000 findings a year. */
  readonly size: number
  /** Transactions per second while it runs; 0 is none. */
  readonly rate: number
  /** Told each step, for a person who waits. */
  readonly progress: (line: string) => void
}

export interface Demo {
  /** Where the page is. */
  readonly url: string
  /** The host application's own database, which it writes to. */
  readonly primary: Connection
  /** Waits until the replica shows what has been committed so far. */
  caughtUp(): Promise<void>
  /** Stops everything and removes the databases. */
  close(): Promise<void>
}

/** Starts a real primary and standby, a host application with Millrace in it, and traffic. Leaves nothing where it fails. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { seed, years, size, rate, progress } = options
  const stopping: (() => Promise<void>)[] = []
  const close = async () => {
    for (const stop of stopping.splice(0).reverse()) await stop()
  }
  try {
    const tenants = demoTenants.map((tenant) => sized(tenant, size))
    const reading = readPageFiles()
    reading.catch(() => {})
    const cluster = await startCluster({ progress })
    stopping.push(() => cluster.close())
    const database = await createDatabase(cluster.primary, 'back_office')
    const roles = await loadDemo(database, { tenants, seed, years, now: Date.now(), progress })
    await cluster.caughtUp()
    progress('The standby has all of it')

    const signIn = createSignIn(tenants)
    const millrace = await startMillrace(
      {
        reports: backOffice,
        analytics: analyticsSecret(roles.analytics, cluster.standby.connection.port),
        tenants: { table: 'tenant', id: 'id', schema: 'schema_name', timeZone: 'time_zone' },
        viewer: signIn.viewer,
      },
      { audit: () => {}, warn: progress },
    )
    stopping.push(() => millrace.close())
    progress('Millrace reads the standby, and has proved that it is one')

    const host = await createHost({ tenants, signIn, reports: millrace.reports, files: await reading })
    stopping.push(() => host.close())
    const url = await listen(host, options.port)
    progress('The back office is up')

    if (rate > 0) {
      const onError = (error: unknown) => progress(`Traffic: ${error instanceof Error ? error.message : error}`)
      const traffic = startTraffic(roles.application, { tenants, seed, rate, onError })
      stopping.push(() => traffic.stop())
    }
    return { url, primary: roles.application, caughtUp: () => cluster.caughtUp(), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** As a deployment has it in AWS Secrets Manager; here it lies in this process's environment. */
function analyticsSecret({ user, password, host, port, database }: Connection, standbyPort: number): string {
  const login = { host, user, password, database }
  process.env.BACK_OFFICE_ANALYTICS = JSON.stringify({
    replica: { target: 'standby', ...login, port: standbyPort },
    primary: { ...login, port },
  })
  return 'env:BACK_OFFICE_ANALYTICS'
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

import { Buffer } from 'node:buffer'
import { defineConfig, jwtViewer } from 'millrace'

/** What the tests of the command line deploy. Where the secret is, they say in the environment. */
export default defineConfig({
  reports: 'reports/*.ts',
  analytics: process.env.MILLRACE_TEST_ANALYTICS ?? 'env:MILLRACE_TEST_SECRET',
  replication: process.env.MILLRACE_TEST_REPLICATION_SETTING ?? 'env:MILLRACE_TEST_REPLICATION',
  tenants: { table: 'tenant', id: 'id', schema: 'schema_name', timeZone: 'time_zone' },
  tenantsRefreshSeconds: Number(process.env.MILLRACE_TEST_TENANTS_SECONDS ?? 30),
  viewer: jwtViewer({
    issuer: 'test',
    audience: 'reports',
    keys: { secret: Buffer.from(process.env.MILLRACE_TEST_KEY ?? '0'.repeat(64), 'hex') },
  }),
})

import { afterAll, beforeAll } from 'vitest'
import { doctorTests } from './doctor.ts'
import { type Host, startHost } from './host-cluster.ts'
import { prepareTests } from './prepare.ts'
import { prepareTableTests } from './prepare-table.ts'

// As command-line.pg.test.ts, for what prepares a database for the fold.
let host: Host

beforeAll(async () => {
  host = await startHost()
}, 120_000)

afterAll(async () => {
  await host?.close()
})

prepareTests(() => host)
prepareTableTests(() => host)
doctorTests(() => host)

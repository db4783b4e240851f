import { afterAll, beforeAll } from 'vitest'
import { doctorTests } from './doctor.ts'
import { foldTests } from './fold.ts'
import { type Host, startHost } from './host-cluster.ts'
import { prepareTests } from './prepare.ts'

// As command-line.pg.test.ts, for what folds and prepares for it.
let host: Host

beforeAll(async () => {
  host = await startHost()
}, 120_000)

afterAll(async () => {
  await host?.close()
})

prepareTests(() => host)
doctorTests(() => host)
foldTests(() => host)

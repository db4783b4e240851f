import { afterAll, beforeAll } from 'vitest'
import { foldTests } from './fold.ts'
import { type Host, startHost } from './host-cluster.ts'

// As command-line.pg.test.ts, for what folds.
let host: Host

beforeAll(async () => {
  host = await startHost()
}, 120_000)

afterAll(async () => {
  await host?.close()
})

foldTests(() => host)

import { afterAll, beforeAll } from 'vitest'
import { checkTests } from './check.ts'
import { explainTests } from './explain.ts'
import { type Host, startHost } from './host-cluster.ts'
import { runTests } from './run.ts'
import { serveTests } from './serve.ts'

// One cluster for all of them: the command line is run as it is, each time in a process of its own.
let host: Host

beforeAll(async () => {
  host = await startHost()
}, 120_000)

afterAll(async () => {
  await host?.close()
})

runTests(() => host)
explainTests(() => host)
checkTests(() => host)
serveTests(() => host)

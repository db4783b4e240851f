import { once } from 'node:events'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { runProgram } from '../program.ts'

/** Dynalite, in a process of its own: what it takes of the machine is nobody's whose CPU time is told. */
const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server

runProgram<object, { readonly endpoint: string }>(async () => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  // A connection that is idle is kept: the SDK would meet one that is closed just as it is used again.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { ready: { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }
})

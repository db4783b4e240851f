import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Where a program's server is. */
export interface Listening {
  readonly port: number
}

/** Listens on a free port of this machine. */
export async function listening(app: FastifyInstance): Promise<Listening> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: (app.server.address() as AddressInfo).port }
}

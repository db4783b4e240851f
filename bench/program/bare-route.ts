import fastify from 'fastify'
import { type Listening, listening } from '../listening.ts'
import { runProgram } from '../program.ts'

/** What a user would do instead of the whole of Millrace's HTTP: a route that returns an object. */
export interface BareRouteStart {
  readonly path: string
  readonly document: object
}

runProgram<BareRouteStart, Listening>(async ({ path, document }) => {
  const app = fastify()
  app.get(path, async () => document)
  return { ready: await listening(app) }
})

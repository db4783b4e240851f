import fastify from 'fastify'
import pino from 'pino'
import { jwtViewer } from '../../src/access/jwt.ts'
import type { Keys } from '../../src/access/keys.ts'
import { millraceReports } from '../../src/http/fastify-plugin.ts'
import { createReports } from '../../src/http/read.ts'
import type { EngineAnswer, ReportEngine } from '../../src/report/engine.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import { bookingReports } from '../booking-reports.ts'
import { type Listening, listening } from '../listening.ts'
import { runProgram } from '../program.ts'
import { audience, issuer } from '../tokens.ts'

/** Millrace without a database: every read has the same answer, so that what is measured is all that stands around it. */
export interface ConstantAnswerStart {
  readonly answer: EngineAnswer
  readonly keys: Keys
  /** How many verified tokens are kept. */
  readonly keptTokens: number
}

runProgram<ConstantAnswerStart, Listening>(async ({ answer, keys, keptTokens }) => {
  const { asOf, lagSeconds } = answer
  const engine: ReportEngine = {
    name: 'replica',
    read: async () => answer,
    options: async () => [],
    freshness: async () => ({ asOf, lagSeconds }),
    close: async () => {},
  }
  const tenants = createAllowlist([{ id: 'acme', timeZone: 'Europe/Berlin' }])
  await tenants.start()
  const log = pino(pino.destination('/dev/null'))
  const reports = createReports({ catalog: bookingReports, engine, tenants, audit: (line) => log.info(line) })
  const app = fastify()
  const viewer = jwtViewer({ issuer, audience, keys, cache: { size: keptTokens } })
  await app.register(millraceReports, { reports, viewer })
  return { ready: await listening(app) }
})

import fastify from 'fastify'
import pino from 'pino'
import { jwtViewer } from '../../src/access/jwt.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { millraceReports } from '../../src/http/fastify-plugin.ts'
import { startMillrace } from '../../src/start.ts'
import { bookingReports } from '../booking-reports.ts'
import { findingCatalog } from '../finding-reports.ts'
import { type Listening, listening } from '../listening.ts'
import { runProgram } from '../program.ts'
import { audience, issuer } from '../tokens.ts'

/** A whole deployment: tokens, allowlist, replica, HTTP. Its log is written, to where nobody reads it. */
export interface MillraceStart {
  readonly target: 'standby' | 'primary'
  readonly replica: Connection
  readonly primary?: Connection
  /** Where the reports of findings are answered from; without one, those of bookings by the replica. */
  readonly store?: Connection
  readonly tenants: readonly string[]
  readonly tokenSecret: Uint8Array
}

runProgram<MillraceStart, Listening>(async ({ target, replica, primary, store, tenants, tokenSecret }) => {
  process.env.ANALYTICS = JSON.stringify({
    replica: { target, ...replica },
    ...(primary === undefined ? {} : { primary }),
    ...(store === undefined ? {} : { store: { kind: 'postgres', ...store } }),
  })
  const log = pino(pino.destination('/dev/null'))
  const { reports, viewer } = await startMillrace(
    {
      reports: store === undefined ? bookingReports : findingCatalog,
      analytics: 'env:ANALYTICS',
      tenants: tenants.map((id) => ({ id, timeZone: 'Europe/Berlin' })),
      viewer: jwtViewer({ issuer, audience, keys: { secret: tokenSecret } }),
    },
    { audit: (line) => log.info(line), warn: (message) => log.warn(message) },
  )
  const app = fastify()
  await app.register(millraceReports, { reports, viewer })
  return { ready: await listening(app) }
})

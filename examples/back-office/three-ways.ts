import { PassThrough } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { MillraceError, type Viewer } from 'millrace'
import type { Connection } from '../../src/embedded/connection.ts'
import type { Compare } from './compare.ts'
import { firstSqlReports, openFirstSql, saysTheSame } from './first-sql.ts'
import type { Moment } from './moment.ts'
import type { Session } from './sign-in.ts'

export interface ThreeWaysOptions {
  readonly sessionOf: (request: FastifyRequest) => Session | undefined
  readonly viewerOf: (session: Session) => Promise<Viewer>
  readonly primary: Connection
  readonly moment: Moment
  readonly compare: Compare
}

/**
 * One report three ways at one position, as lines of JSON: first what both engines say, and then, which may take minutes, what the SQL
 * says that a team writes first. Its snapshot of the primary is from the moment when the engines were asked. It is cancelled when
 * nobody waits for it any more.
 */
export function addThreeWays(
  app: FastifyInstance,
  { sessionOf, viewerOf, primary, moment, compare }: ThreeWaysOptions,
): void {
  app.get('/three-ways', async () => ({ reports: firstSqlReports }))

  app.post('/three-ways', async (request, reply) => {
    const session = sessionOf(request)
    if (session === undefined) return reply.code(401).send({ message: 'Nobody is signed in.' })
    const { report } = (request.body ?? {}) as { report?: unknown }
    if (typeof report !== 'string' || !firstSqlReports.includes(report))
      return reply.code(404).send({ message: 'There is no such report.' })
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const lines = new PassThrough()
    const tell = (line: object) => lines.write(`${JSON.stringify(line)}\n`)
    const viewer = await viewerOf(session)
    const open = () => openFirstSql(primary, { report, session, moment, signal: gone.signal })
    const compared = await compare(viewer, report, open).catch((error: unknown) => {
      if (error instanceof MillraceError && error.code === 'REPORT_NOT_FOUND') return undefined
      throw error
    })
    if (compared === undefined) return reply.code(404).send({ message: 'There is no such report.' })
    const { comparison, beside } = compared
    const work = async () => {
      tell({ comparison, sql: beside.text })
      const { milliseconds, rows } = await beside.run()
      const { replica, store, columns } = comparison
      const engines = [replica, store].filter((side) => 'rows' in side)
      tell({ first: { milliseconds, rows, equal: engines.every((side) => saysTheSame(columns, rows, side.rows)) } })
    }
    work()
      .catch(() => tell({ first: { problem: 'It was cancelled, or has failed on the primary.' } }))
      .finally(() => {
        lines.end()
        void beside.close().catch(() => {})
      })
    return reply.header('cache-control', 'no-store').type('application/x-ndjson').send(lines)
  })
}

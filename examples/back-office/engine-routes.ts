import type { FastifyInstance, FastifyRequest } from 'fastify'
import { MillraceError, type Viewer } from 'millrace'
import { errors } from '../../src/errors.ts'
import type { TellAnswered } from './answered.ts'
import type { Book } from './book.ts'
import type { Compare } from './compare.ts'
import type { FoldState } from './folding.ts'
import type { Session } from './sign-in.ts'

export interface EngineRoutesOptions {
  readonly sessionOf: (request: FastifyRequest) => Session | undefined
  readonly viewerOf: (session: Session) => Promise<Viewer>
  readonly compare: Compare
  /** How far the store has come, and what it is. */
  readonly fold: () => FoldState & { readonly store: string }
  readonly book: Book
  readonly answered: TellAnswered
}

/**
 * The host's own routes about its two engines: how far the store has come, both asked for one report, how one was answered, and a
 * write to see arrive.
 */
export function addEngineRoutes(app: FastifyInstance, options: EngineRoutesOptions): void {
  const { sessionOf, viewerOf, compare, fold, book, answered } = options

  app.get('/engines', (_request, reply) => reply.header('cache-control', 'no-store').send(fold()))

  app.post('/comparison', async (request, reply) => {
    const session = sessionOf(request)
    if (session === undefined) return reply.code(401).send({ message: 'Nobody is signed in.' })
    const { report } = (request.body ?? {}) as { report?: unknown }
    try {
      return (await compare(await viewerOf(session), String(report), async () => {})).comparison
    } catch (error) {
      if (!(error instanceof MillraceError) || error.code !== 'REPORT_NOT_FOUND') throw error
      return reply.code(404).send({ message: 'There is no such report.' })
    }
  })

  app.post('/answered', async (request, reply) => {
    const session = sessionOf(request)
    if (session === undefined) return reply.code(401).send({ message: 'Nobody is signed in.' })
    const { report, params, replicaOnly } = (request.body ?? {}) as Readonly<Record<string, unknown>>
    const given = typeof params === 'object' && params !== null ? { ...params } : {}
    const ask = { report: String(report), params: given, replicaOnly: replicaOnly === true }
    try {
      return reply.header('cache-control', 'no-store').send(await answered(await viewerOf(session), ask))
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error
      return reply.code(error.status ?? 500).send({ message: errors[error.code].title })
    }
  })

  app.post('/book', async (request, reply) => {
    const session = sessionOf(request)
    if (session === undefined) return reply.code(401).send({ message: 'Nobody is signed in.' })
    const { product } = (request.body ?? {}) as { product?: unknown }
    const booked = await book(session, String(product))
    return booked ?? reply.code(400).send({ message: 'Your company does not use this product.' })
  })
}

import fastify from 'fastify'
import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { type Listening, listening } from '../listening.ts'
import { runProgram } from '../program.ts'

/** The least that a route which reads a database can do: one row by its primary key. */
export interface BareLookupStart {
  readonly connection: Connection
  readonly table: string
}

runProgram<BareLookupStart, Listening>(async ({ connection, table }) => {
  const pool = new pg.Pool({ ...connection, max: 8 })
  const lookup = { name: 'lookup', text: `select * from ${table} where id = $1` }
  const app = fastify()
  app.get<{ Params: { id: string } }>('/rows/:id', async ({ params }) => {
    const { rows } = await pool.query({ ...lookup, values: [params.id] })
    return rows[0]
  })
  return { ready: await listening(app) }
})

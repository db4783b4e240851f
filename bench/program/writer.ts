import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import { runProgram } from '../program.ts'

/** The host application: one connection that books and confirms, one transaction after the other. */
export interface WriterStart {
  readonly connection: Connection
  readonly tenant: string
}

/** How long to write; answered with the milliseconds of each transaction, from its begin to its commit's answer. */
export interface WriterQuestion {
  readonly milliseconds: number
}

const insert = {
  name: 'book',
  text: `insert into booking (tenant_id, channel, status, booked_at, arrives_on, nights, total)
    values ($1, 'web', 'confirmed', now(), current_date + 14, 3, 387.50) returning id`,
}
const update = { name: 'complete', text: `update booking set status = 'completed' where id = $1` }

runProgram<WriterStart, object, WriterQuestion, number[]>(async ({ connection, tenant }) => {
  const client = new pg.Client(connection)
  await client.connect()
  let earlier = '0'
  async function transaction(): Promise<void> {
    await client.query('begin')
    const { rows } = await client.query<{ id: string }>({ ...insert, values: [tenant] })
    await client.query({ ...update, values: [earlier] })
    await client.query('commit')
    earlier = rows[0]?.id ?? earlier
  }
  return {
    ready: {},
    async answer({ milliseconds }) {
      const taken: number[] = []
      const until = performance.now() + milliseconds
      for (let since = performance.now(); since < until; ) {
        await transaction()
        const now = performance.now()
        taken.push(now - since)
        since = now
      }
      return taken
    },
  }
})

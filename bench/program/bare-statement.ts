import pg from 'pg'
import type { Connection } from '../../src/embedded/connection.ts'
import type { Statement } from '../../src/query/statement.ts'
import { runProgram } from '../program.ts'

/** What a user would do instead: the statement through the driver, over one connection. */
export interface BareStatementStart {
  readonly connection: Connection
  readonly statement: Statement
}

/** How often to run it; answered with the milliseconds of each run. */
export interface BareStatementQuestion {
  readonly times: number
}

runProgram(async ({ connection, statement }: BareStatementStart) => {
  const client = new pg.Client(connection)
  await client.connect()
  // As Millrace has it: a report never takes a second core.
  await client.query('set max_parallel_workers_per_gather = 0')
  return {
    ready: {},
    async answer({ times }: BareStatementQuestion): Promise<number[]> {
      const taken: number[] = []
      for (let run = 0; run < times; run++) {
        const since = performance.now()
        await client.query(statement.text, [...statement.values])
        taken.push(performance.now() - since)
      }
      return taken
    },
  }
})

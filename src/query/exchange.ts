import type { ClientBase, Connection, Submittable } from 'pg'
import { encodeParameter, type Statement } from './statement.ts'

export interface ExchangeStatement extends Statement {
  /** Rows past this many are not fetched, and the outcome is not complete. */
  readonly rowLimit?: number
}

/** What a statement gave: every value as the server's text. */
export interface Outcome {
  readonly columns: readonly { readonly name: string; readonly type: number }[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** False where there were more rows than the limit. */
  readonly complete: boolean
}

/**
 * Sends statements in one round trip, under one Sync: the server runs them as one implicit transaction, which ends with
 * the Sync whatever happens, so that nothing that is local to the transaction outlives it, whichever pooler stands
 * between (PostgreSQL, "Frontend/Backend Protocol", pipelining). Each goes by the extended protocol, which takes exactly
 * one statement. Rejects with the first error; what follows it does not run.
 */
export function exchange(client: ClientBase, statements: readonly ExchangeStatement[]): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    client.query(new Exchange(statements, resolve, reject))
  })
}

interface Description {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
}

class Exchange implements Submittable {
  readonly #statements: readonly ExchangeStatement[]
  readonly #resolve: (outcomes: Outcome[]) => void
  readonly #reject: (error: Error) => void
  readonly #outcomes: { columns: Outcome['columns']; rows: (string | null)[][]; complete: boolean }[] = []
  #current = { columns: [] as Outcome['columns'], rows: [] as (string | null)[][], complete: true }

  constructor(
    statements: readonly ExchangeStatement[],
    resolve: (outcomes: Outcome[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#statements = statements
    this.#resolve = resolve
    this.#reject = reject
  }

  submit(connection: Connection): void {
    connection.stream.cork()
    try {
      for (const { text, values, rowLimit } of this.#statements) {
        connection.parse({ name: '', text, types: [] }, true)
        connection.bind({ values: values.map(encodeParameter) as string[] }, true)
        connection.describe({ type: 'P', name: '' }, true)
        connection.execute({ portal: '', rows: (rowLimit === undefined ? 0 : rowLimit + 1) as never }, true)
      }
      connection.sync()
    } finally {
      connection.stream.uncork()
    }
  }

  handleRowDescription({ fields }: Description): void {
    this.#current.columns = fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }))
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.#current.rows.push(fields)
  }

  handleCommandComplete(): void {
    this.#finish()
  }

  handleEmptyQuery(): void {
    this.#finish()
  }

  handlePortalSuspended(): void {
    this.#finish()
  }

  handleError(error: Error): void {
    this.#reject(error)
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#outcomes)
  }

  #finish(): void {
    const { rowLimit = Number.POSITIVE_INFINITY } = this.#statements[this.#outcomes.length] ?? {}
    const { rows } = this.#current
    this.#outcomes.push({ ...this.#current, rows: rows.slice(0, rowLimit), complete: rows.length <= rowLimit })
    this.#current = { columns: [], rows: [], complete: true }
  }
}

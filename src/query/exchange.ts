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
  /** What the server says it has done, without the count: `SELECT`, `BEGIN` … Empty where it was not let finish. */
  readonly command: string
}

/** An exchange that failed. `cause` is what the server or the driver said. */
export class ExchangeFailure extends Error {
  /** The statements before the one that failed. */
  readonly outcomes: readonly Outcome[]

  constructor(outcomes: readonly Outcome[], cause: unknown) {
    super('a statement of an exchange failed', { cause })
    this.outcomes = outcomes
  }
}

/**
 * Sends statements in one round trip, under one Sync, so that they run in one transaction, or in the block that they open
 * themselves, whichever pooler stands between (PostgreSQL, "Frontend/Backend Protocol", pipelining). Each goes by the
 * extended protocol, which takes exactly one statement. Rejects with an ExchangeFailure for the first error; what follows
 * it does not run. Where the statements open a block, the error leaves it open, to be rolled back.
 */
export function exchange(client: ClientBase, statements: readonly ExchangeStatement[]): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    client.query(new Exchange(statements, resolve, reject))
  })
}

/** The protocol counts parameters in 16 bits. */
const mostParameters = 65_535

interface Description {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
}

class Exchange implements Submittable {
  readonly #statements: readonly ExchangeStatement[]
  readonly #resolve: (outcomes: Outcome[]) => void
  readonly #reject: (error: Error) => void
  readonly #outcomes: Outcome[] = []
  #current = { columns: [] as Outcome['columns'], rows: [] as (string | null)[][] }

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
    // A NUL would end the text early, and what follows it would be read as the rest of the message.
    if (this.#statements.some(({ text, values }) => text.includes('\0') || values.length > mostParameters))
      throw new TypeError('a statement cannot be sent')
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

  handleCommandComplete({ text }: { text: string }): void {
    this.#finish(text.replace(/( \d+)+$/, ''))
  }

  handleEmptyQuery(): void {
    this.#finish()
  }

  handlePortalSuspended(): void {
    this.#finish()
  }

  handleError(error: Error): void {
    this.#reject(new ExchangeFailure(this.#outcomes, error))
  }

  handleCopyInResponse(connection: Connection): void {
    this.#refuseCopy(connection)
  }

  handleCopyData(_: unknown, connection: Connection): void {
    this.#refuseCopy(connection)
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#outcomes)
  }

  #finish(command = ''): void {
    const { rowLimit = Number.POSITIVE_INFINITY } = this.#statements[this.#outcomes.length] ?? {}
    const { rows } = this.#current
    this.#outcomes.push({ ...this.#current, rows: rows.slice(0, rowLimit), complete: rows.length <= rowLimit, command })
    this.#current = { columns: [], rows: [] }
  }

  /**
   * A `copy` is no question. One to us has no row limit; one from us waits for rows, and the server has taken our Sync for
   * one of them: the only way on is to end the connection.
   */
  #refuseCopy(connection: Connection): void {
    this.#reject(new ExchangeFailure(this.#outcomes, new TypeError('a statement of an exchange is a copy')))
    connection.stream.destroy()
  }
}

import type pg from 'pg'

export interface CopyListener {
  /** A row in the binary format of COPY, from its number of columns on. The driver writes to the bytes again: keep none. */
  row(bytes: Buffer, at: number): void
  /** After the rows of each piece that the socket gave. Until the promise is fulfilled no more are taken off the socket. */
  piece(): Promise<void> | undefined
}

/** The format's signature; flags and the length of an extension follow. */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const headerLength = signature.length + 8

/**
 * Reads the rows of a query by `COPY … TO STDOUT`, which `pg` does not know. Rejects with the server's error, with what the listener
 * throws, and with the reason of an abort; the connection is of no further use then.
 */
export async function copyRows(
  client: pg.Client,
  query: string,
  listener: CopyListener,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted()
  const copy = new Copy(client, `copy (${query}) to stdout (format binary)`, listener)
  const abort = () => copy.handleError(signal?.reason)
  signal?.addEventListener('abort', abort)
  try {
    client.query(copy)
    await copy.ended
  } finally {
    signal?.removeEventListener('abort', abort)
    copy.leave()
  }
}

interface CopyData {
  readonly chunk: Buffer
}

/** A query of `pg`'s own making would keep all that it reads. */
class Copy implements pg.Submittable {
  readonly ended: Promise<void>
  readonly #client: pg.Client
  readonly #text: string
  readonly #listener: CopyListener
  #resolve = () => {}
  #reject: (error: unknown) => void = () => {}
  #isOver = false
  #isComplete = false
  #hasHeader = false
  #waiting: Promise<void> | undefined

  constructor(client: pg.Client, text: string, listener: CopyListener) {
    this.#client = client
    this.#text = text
    this.#listener = listener
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: pg.Connection): void {
    // After the driver's own listener, which gives the rows of the piece first.
    connection.stream.on('data', this.#piece)
    connection.query(this.#text)
  }

  /** One message is one row; the format's header stands before the first, its end after the last. */
  handleCopyData({ chunk }: CopyData): void {
    if (this.#isOver) return
    try {
      let at = 0
      if (!this.#hasHeader) {
        at = headerEnd(chunk)
        this.#hasHeader = true
      }
      if (at < chunk.length && chunk.readInt16BE(at) !== -1) this.#listener.row(chunk, at)
    } catch (error) {
      this.handleError(error)
    }
  }

  handleCommandComplete(): void {}

  /** The rows that came before it, in the same piece, are told of next. */
  handleReadyForQuery(): void {
    this.#isComplete = true
  }

  handleError(error: unknown): void {
    this.#isOver = true
    this.#reject(error)
  }

  leave(): void {
    this.#isOver = true
    this.#client.connection.stream.off('data', this.#piece)
  }

  readonly #piece = (): void => {
    if (this.#isOver) return
    try {
      this.#waiting ??= this.#wait(this.#listener.piece())
    } catch (error) {
      this.handleError(error)
      return
    }
    if (this.#isComplete) Promise.resolve(this.#waiting).then(this.#resolve)
  }

  #wait(waiting: Promise<void> | undefined): Promise<void> | undefined {
    if (waiting === undefined) return undefined
    const { stream } = this.#client.connection
    stream.pause()
    return waiting.then(
      () => {
        this.#waiting = undefined
        stream.resume()
      },
      (error: unknown) => this.handleError(error),
    )
  }
}

function headerEnd(chunk: Buffer): number {
  if (chunk.length < headerLength || chunk.compare(signature, 0, signature.length, 0, signature.length) !== 0)
    throw new Error('the rows do not begin as the binary format of COPY does')
  return headerLength + chunk.readUInt32BE(signature.length + 4)
}

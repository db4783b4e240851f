import type pg from 'pg'
import { MillraceError } from '../errors.ts'
import type { ChangeEvent, Rebuild } from './change-event.ts'
import { PgoutputDecoder } from './pgoutput.ts'
import { firstPosition, type Position, readPosition } from './position.ts'
import type { CopyListener, ReplicationConnection } from './replication-connection.ts'
import type { ServerIdentity } from './server-identity.ts'
import { codeOf, sourceFaultOf } from './source-fault.ts'
import { StallWatch } from './stall-watch.ts'
import { statusMessage } from './status-message.ts'

/**
 * The changes of the published tables from one position on, in lists as they come. Ends without an error when it is closed and
 * after a `rebuild` event; throws SOURCE_UNAVAILABLE where the connection ends: open it again.
 */
export interface ChangeStream extends AsyncDisposable {
  [Symbol.asyncIterator](): AsyncIterator<readonly ChangeEvent[]>
  /** To be kept durably beside the positions that are reached on it. */
  readonly server: ServerIdentity
  /**
   * R1: tells the server that everything up to a position is durable, after which it never gives it again. The position is that of
   * a `commit` or `idle` event that was taken from the stream. One that is no news is ignored.
   */
  acknowledge(position: Position): void
  /** Ends the stream. When it returns, the slot is free for another worker. */
  close(): Promise<void>
}

interface Piece {
  readonly events: readonly ChangeEvent[]
  readonly bytes: number
  /** Of the last `commit` or `idle` in it or before it. */
  readonly position: Position
}

/** The messages of a copy: changes, and the server's word that it lives. */
const [changeMessage, keepaliveMessage] = [0x77, 0x6b]
/** What stands before a change: the letter, two positions and a time. */
const changeHeader = 25

export interface HeldOptions {
  readonly connection: ReplicationConnection
  /**
   * An ordinary connection to the same server. A server that shuts down ends those first, and then waits until each reader of
   * changes has acknowledged everything, for ever where the store is down: the stream leaves with its companion.
   */
  readonly companion: pg.Client
  readonly slot: string
  readonly readAheadBytes: number
  readonly stallMilliseconds: number
  readonly statusMilliseconds: number
  readonly signal: AbortSignal | undefined
}

/** A stream whose slot is held; `begin` says from where it gives changes. */
export class HeldChangeStream implements ChangeStream, CopyListener {
  readonly #connection: ReplicationConnection
  readonly #companion: pg.Client
  readonly #readAheadBytes: number
  readonly #stallWatch: StallWatch
  readonly #signal: AbortSignal | undefined
  readonly #stop = () => void this.close()
  readonly #timer: NodeJS.Timeout
  #decoder: PgoutputDecoder | undefined
  #server: ServerIdentity | undefined
  /** What came before `begin`. */
  #held: [bytes: Buffer, start: number, end: number][] = []
  #events: ChangeEvent[] = []
  #bytes = 0
  readonly #pieces: Piece[] = []
  #waitingBytes = 0
  #isPaused = true
  #delivered: Position = firstPosition
  #acknowledged: Position = firstPosition
  #end: { readonly error?: unknown; readonly rebuild?: Rebuild } | undefined
  #isClosed = false
  #wake = () => {}

  constructor(options: HeldOptions) {
    const { connection, companion, slot, readAheadBytes, stallMilliseconds, statusMilliseconds, signal } = options
    this.#connection = connection
    this.#companion = companion
    this.#readAheadBytes = readAheadBytes
    this.#stallWatch = new StallWatch(companion, slot, stallMilliseconds, (error) => this.ended(error))
    this.#signal = signal
    signal?.addEventListener('abort', this.#stop, { once: true })
    companion.once('end', () => this.ended(new Error('Connection terminated unexpectedly')))
    this.#timer = setInterval(() => {
      this.#sendStatus(true)
      this.#stallWatch.look(this.#decoder !== undefined && this.#isPaused)
    }, statusMilliseconds)
  }

  get server(): ServerIdentity {
    if (this.#server === undefined) throw new MillraceError('INTERNAL', 'the stream has not begun')
    return this.#server
  }

  /** Gives the changes after a position, all before which is durable. */
  begin(server: ServerIdentity, after: Position): void {
    this.#server = server
    this.#decoder = new PgoutputDecoder(after)
    this.#delivered = after
    this.#acknowledged = after
    const held = this.#held
    this.#held = []
    for (const [bytes, start, end] of held) this.message(bytes, start, end)
    this.piece(0)
    this.#sendStatus(true)
    this.#flow()
    if (this.#end !== undefined) void this.#leave()
  }

  message(bytes: Buffer, start: number, end: number): void {
    const decoder = this.#decoder
    if (decoder === undefined) {
      this.#held.push([bytes, start, end])
    } else if (bytes[start] === changeMessage) {
      const event = decoder.decode(bytes, start + changeHeader, end)
      if (event !== undefined) this.#events.push(event)
    } else if (bytes[start] === keepaliveMessage) {
      const position = readPosition(bytes, start + 1)
      if (decoder.idle(position)) this.#events.push({ type: 'idle', position })
      if (bytes[start + 17] === 1) this.#sendStatus(false)
    }
  }

  piece(length: number): void {
    this.#bytes += length
    if (this.#events.length === 0 || this.#decoder === undefined) return
    this.#pieces.push({ events: this.#events, bytes: this.#bytes, position: this.#decoder.position })
    this.#waitingBytes += this.#bytes
    this.#events = []
    this.#bytes = 0
    this.#flow()
    this.#wake()
  }

  /** The copy has ended, or must: the server is stopping, say. */
  ended(error: unknown): void {
    if (this.#end !== undefined) return
    this.#end =
      codeOf(error) === undefinedObject
        ? { rebuild: { type: 'rebuild', reason: 'publication-missing', detail: publicationMissing } }
        : { error: error ?? new Error('the server has ended the stream') }
    // Before it has begun, whoever opens it still has questions to ask.
    if (this.#decoder !== undefined) void this.#leave()
    this.#wake()
  }

  acknowledge(position: Position): void {
    if (position > this.#delivered)
      throw new MillraceError(
        'INTERNAL',
        `${position} was acknowledged, and only what is up to ${this.#delivered} was given`,
      )
    if (position <= this.#acknowledged) return
    this.#acknowledged = position
    this.#sendStatus(false)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly ChangeEvent[], void> {
    try {
      while (!this.#isClosed) {
        const piece = this.#pieces.shift()
        if (piece !== undefined) {
          this.#waitingBytes -= piece.bytes
          this.#delivered = piece.position
          this.#stallWatch.look(false)
          this.#flow()
          yield piece.events
        } else if (this.#end?.rebuild !== undefined) {
          yield [this.#end.rebuild]
          return
        } else if (this.#end !== undefined) {
          throw sourceFaultOf(this.#end.error)
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        }
      }
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#pieces.length = 0
    this.#end ??= {}
    this.#wake()
    await this.#leave()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #leave(): Promise<void> {
    clearInterval(this.#timer)
    this.#signal?.removeEventListener('abort', this.#stop)
    await Promise.all([this.#connection.close(), this.#companion.end().catch(() => {})])
  }

  /** R9: reads on or waits, so that what waits for its reader stays bounded; that this side lives is said all the same. */
  #flow(): void {
    const mayRead = this.#waitingBytes <= (this.#isPaused ? this.#readAheadBytes / 2 : this.#readAheadBytes)
    if (this.#end !== undefined || this.#decoder === undefined || mayRead === !this.#isPaused) return
    this.#isPaused = !mayRead
    if (mayRead) this.#connection.resume()
    else this.#connection.pause()
  }

  /** Asked for a reply, the server says how far it has read, so that what is idle is known within a second (R2). */
  #sendStatus(asksForReply: boolean): void {
    if (this.#end === undefined) this.#connection.send(statusMessage(this.#acknowledged, asksForReply))
  }
}

/** SQLSTATE of a publication that does not exist, as it was when a change was made. */
const undefinedObject = '42704'
const publicationMissing = 'the slot holds changes from when a publication did not exist'

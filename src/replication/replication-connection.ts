import { once } from 'node:events'
import type pg from 'pg'
import type { ConnectionSettings } from '../secret/connection.ts'
import { connectForReplication } from './client.ts'
import { FrameReader } from './frame-reader.ts'
import { MessageReader } from './message-reader.ts'
import { type Position, positionOfLsn } from './position.ts'
import type { ServerIdentity, TimelineEnd } from './server-identity.ts'
import { codeOf } from './source-fault.ts'

/** The letters of the protocol, from the server. */
const tag = { copyBoth: 0x57, copyData: 0x64, error: 0x45, copyDone: 0x63, ready: 0x5a } as const

const [copyData, terminate] = [0x64, Buffer.from([0x58, 0, 0, 0, 4])]

/** SQLSTATE. */
const undefinedFile = '58P01'

export interface CopyListener {
  /** A message of the copy. The bytes between `start` and `end` are never written to again. */
  message(bytes: Buffer, start: number, end: number): void
  /** After the messages of each piece that the socket gave, with the length of the piece. */
  piece(length: number): void
  /** Once: the copy has ended, or never began. Without an error the server has ended it. */
  ended(error: unknown): void
}

/**
 * A connection of the replication protocol. `pg` connects, authenticates and asks; once a copy begins its socket is ours alone:
 * `pg` cuts messages out of a buffer that it writes to again, so that no row could be decoded later than at once.
 */
export class ReplicationConnection {
  readonly #client: pg.Client
  #closed: Promise<void> | undefined

  private constructor(client: pg.Client) {
    this.#client = client
  }

  /** Throws what the driver throws. */
  static async open(settings: ConnectionSettings): Promise<ReplicationConnection> {
    return new ReplicationConnection(await connectForReplication(settings))
  }

  /** Of the server's process. */
  get processId(): number {
    return (this.#client as unknown as { processID: number }).processID
  }

  async query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    return (await this.#client.query<Row>(text)).rows
  }

  /** Which server this is, and up to where it has written its log to disk. */
  async identify(): Promise<ServerIdentity & { readonly flushed: Position }> {
    const [row] = await this.query<{ systemid: string; timeline: number; xlogpos: string }>('IDENTIFY_SYSTEM')
    const { systemid, timeline, xlogpos } = row as NonNullable<typeof row>
    return { systemIdentifier: systemid, timeline: Number(timeline), flushed: positionOfLsn(xlogpos) }
  }

  /** Where each former timeline of this server ended, the oldest first. */
  async timelineEnds(timeline: number): Promise<readonly TimelineEnd[]> {
    // The first has no past.
    if (timeline === 1) return []
    try {
      const [row] = await this.query<{ content: Buffer | string }>(`TIMELINE_HISTORY ${timeline}`)
      return parseTimelineHistory(String(row?.content ?? ''))
    } catch (error) {
      // Without its history a timeline descends from none that is known.
      if (codeOf(error) === undefinedFile) return []
      throw error
    }
  }

  /**
   * Starts a copy in both directions, such as `START_REPLICATION`. Returns once the server has agreed, with the socket paused;
   * throws its error otherwise.
   */
  startCopy(command: string, listener: CopyListener): Promise<void> {
    const { connection } = this.#client
    const { stream } = connection
    let isCopying = false
    let failure: unknown
    return new Promise((resolve, reject) => {
      const end = (error: unknown) => {
        if (isCopying) listener.ended(error)
        else reject(error ?? new Error('the server did not begin to copy'))
        isCopying = false
      }
      const reader = new FrameReader((letter, bytes, start, stop) => {
        switch (letter) {
          case tag.copyData:
            return listener.message(bytes, start, stop)
          case tag.copyBoth:
            isCopying = true
            stream.pause()
            return resolve()
          case tag.error:
            failure = readError(bytes, start)
            return
          case tag.copyDone:
          case tag.ready:
            return end(failure)
        }
      })
      stream.removeAllListeners('data')
      stream.on('data', (piece: Buffer) => {
        try {
          reader.push(piece)
          listener.piece(piece.length)
        } catch (error) {
          end(error)
        }
      })
      // A fatal error is followed by the end of the connection, which then has it as its reason.
      this.#client.on('error', (error) => end(failure ?? error))
      connection.on('end', () => end(failure ?? new Error('Connection terminated unexpectedly')))
      connection.query(command)
    })
  }

  /** Sends a message of the copy. */
  send(message: Buffer): void {
    const { stream } = this.#client.connection
    if (!stream.writable) return
    const header = Buffer.allocUnsafe(5)
    header[0] = copyData
    header.writeUInt32BE(message.length + 4, 1)
    stream.write(Buffer.concat([header, message]))
  }

  pause(): void {
    this.#client.connection.stream.pause()
  }

  resume(): void {
    this.#client.connection.stream.resume()
  }

  /** Ends when the server has: whatever the connection held, a slot above all, is then free. After a second without waiting. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const { stream } = this.#client.connection
    if (stream.destroyed) return
    const closed = once(stream, 'close').catch(() => {})
    const timer = setTimeout(() => stream.destroy(), 1_000)
    stream.removeAllListeners('data')
    stream.resume()
    if (stream.writable) stream.end(terminate)
    else stream.destroy()
    await closed
    clearTimeout(timer)
  }
}

/** Lines of `timeline<TAB>end<TAB>reason`. */
export function parseTimelineHistory(text: string): TimelineEnd[] {
  return text.split('\n').flatMap((line) => {
    const [, timeline, end] = /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/i.exec(line) ?? []
    return timeline === undefined || end === undefined ? [] : [{ timeline: Number(timeline), end: positionOfLsn(end) }]
  })
}

/** The server's error, as `pg` has it: only its SQLSTATE and message. */
function readError(bytes: Buffer, start: number): Error {
  const reader = new MessageReader(bytes, start)
  const fields = new Map<string, string>()
  for (let code = reader.byte(); code !== 0; code = reader.byte()) fields.set(String.fromCharCode(code), reader.text())
  return Object.assign(new Error(fields.get('M') ?? 'the server gave no reason'), { code: fields.get('C') })
}

import pg from 'pg'
import type { ConnectionSettings } from '../secret/connection.ts'
import type { RebuildReason } from './change-event.ts'
import { type ChangeStream, HeldChangeStream } from './change-stream.ts'
import { connect } from './client.ts'
import { type Circumstances, findDiscontinuity, type Reached } from './continuity.ts'
import { ReplicationConnection } from './replication-connection.ts'
import { inspectSlot } from './slot.ts'
import { codeOf, sourceFaultOf } from './source-fault.ts'

export interface ChangesOptions {
  /** The replication role, on the primary itself: no pooler speaks this protocol. */
  readonly connection: ConnectionSettings
  readonly slot: string
  readonly publications: readonly string[]
  /**
   * What is durable in the store. Asked once the slot is held, when no other worker moves it any more: asked before, a worker that
   * has just ended would look like a gap.
   */
  readonly reached: () => Promise<Reached>
  /** Ends the stream. */
  readonly signal?: AbortSignal
  /** Bytes of changes that are read before they are taken. 4 MiB. */
  readonly readAheadBytes?: number
  /** Milliseconds after which a stream from which nothing is taken leaves the server, lest it hold it up. 60,000. */
  readonly stallMilliseconds?: number
  /** Milliseconds between two words to the server, which breaks off who says nothing for `wal_sender_timeout`. 1,000. */
  readonly statusMilliseconds?: number
}

export type Opening =
  | { readonly outcome: 'open'; readonly stream: ChangeStream }
  /** Another worker holds the slot: wait, and try again. */
  | { readonly outcome: 'in-use'; readonly activePid: number | undefined }
  /** What is durable cannot be continued: a new slot, and every build anew. Trying again gives the same. */
  | { readonly outcome: 'rebuild'; readonly reason: RebuildReason; readonly detail: string }

const objectInUse = '55006'

/** Holds the slot and gives the changes after what is durable. Throws SOURCE_UNAVAILABLE, and what `reached` throws. */
export async function openChanges(options: ChangesOptions): Promise<Opening> {
  const { connection: settings, slot, signal, readAheadBytes = 4 * 1024 * 1024 } = options
  const { stallMilliseconds = 60_000, statusMilliseconds = 1_000 } = options
  signal?.throwIfAborted()
  const [companion, connection] = await connectTwice(settings)
  const held = { connection, companion, slot, readAheadBytes, stallMilliseconds, statusMilliseconds, signal }
  const stream = new HeldChangeStream(held)
  try {
    const found = await hold(stream, connection, companion, options).catch((error) => {
      signal?.throwIfAborted()
      throw sourceFaultOf(error)
    })
    const opening = 'outcome' in found ? found : judge(stream, found, await options.reached())
    signal?.throwIfAborted()
    if (opening.outcome !== 'open') await stream.close()
    return opening
  } catch (error) {
    await stream.close()
    throw error
  }
}

async function connectTwice(settings: ConnectionSettings): Promise<[pg.Client, ReplicationConnection]> {
  let companion: pg.Client | undefined
  try {
    companion = await connect(settings)
    return [companion, await ReplicationConnection.open(settings)]
  } catch (error) {
    await companion?.end().catch(() => {})
    throw sourceFaultOf(error)
  }
}

/** What is found when the slot is held, and also where the server refused to let it be. */
interface Held extends Omit<Circumstances, 'reached'> {
  readonly refusal: unknown
}

async function hold(
  stream: HeldChangeStream,
  connection: ReplicationConnection,
  companion: pg.Client,
  { connection: { database }, slot: name, publications }: ChangesOptions,
): Promise<Held | Opening> {
  const { flushed, ...server } = await connection.identify()
  const timelineEnds = await connection.timelineEnds(server.timeline)
  const refusal = await connection.startCopy(startCommand(name, publications), stream).catch((error: unknown) => error)
  const slot = await inspectSlot(companion, name)
  if (codeOf(refusal) === objectInUse) return { outcome: 'in-use', activePid: slot?.activePid }
  const missing = await missingPublications(companion, publications)
  if (missing.length === 0) return { slot, server, timelineEnds, flushed, database, refusal }
  return { outcome: 'rebuild', reason: 'publication-missing', detail: `there is no publication ${missing.join(', ')}` }
}

function judge(stream: HeldChangeStream, { refusal, ...circumstances }: Held, reached: Reached): Opening {
  const fault = findDiscontinuity({ ...circumstances, reached })
  if (fault !== undefined) return { outcome: 'rebuild', ...fault }
  if (refusal !== undefined) throw sourceFaultOf(refusal)
  stream.begin(circumstances.server, reached.position)
  return { outcome: 'open', stream }
}

/** From where the slot is: what is durable already is left out on this side, which can tell a gap. */
function startCommand(slot: string, publications: readonly string[]): string {
  const names = pg.escapeLiteral(publications.map((name) => pg.escapeIdentifier(name)).join(','))
  const options = `proto_version '1', publication_names ${names}, binary 'true', messages 'true'`
  return `START_REPLICATION SLOT ${pg.escapeIdentifier(slot)} LOGICAL 0/0 (${options})`
}

async function missingPublications(client: pg.Client, names: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) name where not exists (select from pg_publication where pubname = name)`,
    [names],
  )
  return rows.map(({ name }) => name)
}

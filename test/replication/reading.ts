import type { ChangeEvent, Commit, Rebuild } from '../../src/replication/change-event.ts'
import type { ChangeStream } from '../../src/replication/change-stream.ts'
import { type ChangesOptions, openChanges } from '../../src/replication/open-changes.ts'
import { firstPosition, type Position } from '../../src/replication/position.ts'
import type { Row } from '../../src/replication/row.ts'
import type { SourceDatabase } from './source-database.ts'

/** A stream of changes that is read to the end of a transaction that is marked for it. */
export interface Reading extends AsyncDisposable {
  readonly stream: ChangeStream
  /** The events up to, without it, the next mark that the host sets now. */
  untilNow(): Promise<ChangeEvent[]>
  /** The next list of events. */
  next(): Promise<readonly ChangeEvent[]>
  /** The events up to the first for which something holds, with it. */
  until(holds: (event: ChangeEvent) => boolean): Promise<ChangeEvent[]>
}

let marks = 0

export async function read(
  source: SourceDatabase,
  options: Partial<ChangesOptions> & { readonly slot: string; readonly after?: Position },
): Promise<Reading> {
  const { after = firstPosition, ...rest } = options
  const opening = await openChanges({
    connection: source.settings,
    publications: ['millrace'],
    reached: async () => ({ position: after }),
    ...rest,
  })
  if (opening.outcome !== 'open') throw new Error(`not open: ${JSON.stringify(opening)}`)
  const { stream } = opening
  const lists = stream[Symbol.asyncIterator]()
  let left: ChangeEvent[] = []
  const next = async () => {
    if (left.length > 0) return left.splice(0)
    const { done, value } = await lists.next()
    if (done) throw new Error('the stream has ended')
    return value
  }
  const until = async (holds: (event: ChangeEvent) => boolean) => {
    const events: ChangeEvent[] = []
    for (;;) {
      const list = await next()
      const at = list.findIndex(holds)
      if (at === -1) events.push(...list)
      else {
        left = list.slice(at + 1)
        return [...events, ...list.slice(0, at + 1)]
      }
    }
  }
  return {
    stream,
    next,
    until,
    untilNow: async () => {
      const mark = `mark ${process.pid} ${++marks}`
      await source.host.query(`select pg_logical_emit_message(true, 'test', $1)`, [mark])
      const events = await until((event) => event.type === 'message' && event.content.toString() === mark)
      await until(({ type }) => type === 'commit')
      // The mark and the begin of its transaction.
      return events.slice(0, -2)
    },
    [Symbol.asyncDispose]: () => stream.close(),
  }
}

/** Of all columns; `?` for one of a type that no report reads. */
export const texts = (row: Row): (string | null)[] =>
  row.relation.columns.map(({ text }, index) => (text === undefined ? '?' : row.text(index)))

/** An event in short: rows as the texts of their columns; transactions, idleness and heartbeats left out. */
export function brief(events: readonly ChangeEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    switch (event.type) {
      case 'insert':
        return [['insert', event.relation.table, texts(event.after)]]
      case 'update':
        return [['update', event.relation.table, texts(event.before), texts(event.after)]]
      case 'delete':
        return [['delete', event.relation.table, texts(event.before)]]
      case 'incomplete':
        return [['incomplete', event.relation.table, event.operation, event.detail]]
      case 'truncate':
        return [['truncate', ...event.relations.map(({ table }) => table)]]
      case 'rebuild':
        return [['rebuild', event.reason]]
      default:
        return []
    }
  })
}

export const commitsOf = (events: readonly ChangeEvent[]): Commit[] =>
  events.filter((event): event is Commit => event.type === 'commit')

export const isRebuild = (event: ChangeEvent): event is Rebuild => event.type === 'rebuild'

import type pg from 'pg'
import type { Position } from './position.ts'

/**
 * The database as it was at one position (R4): every transaction at or before it, and none after. Only `client` sees it, within its
 * transaction.
 */
export interface Snapshot extends AsyncDisposable {
  readonly position: Position
  readonly client: pg.Client
  release(): Promise<void>
}

/** A snapshot in a client's open transaction, which ends with its connection. */
export function snapshotOf(client: pg.Client, position: Position): Snapshot {
  let released: Promise<void> | undefined
  const release = () => {
    // The connection may wait for a long statement: it is ended from this side.
    released ??= client.end().catch(() => {})
    return released
  }
  return { position, client, release, [Symbol.asyncDispose]: release }
}

import type { Position } from './position.ts'
import type { Relation } from './relation.ts'
import type { Row } from './row.ts'

/*
 * Terminology
 *
 * transaction   `begin`, its changes in the order in which they were made, `commit`; transactions come in commit order
 * before-image  a row as it was; after-image: as it is
 * position      of a transaction, its `end_lsn`; positions of `commit` and `idle` only ever rise (R3)
 */

/** What the stream of changes says, in order. */
export type ChangeEvent =
  | Begin
  | Insert
  | Update
  | Delete
  | Incomplete
  | Truncate
  | LogicalMessage
  | Commit
  | Idle
  | Rebuild

export interface Begin {
  readonly type: 'begin'
  readonly transactionId: number
  /**
   * Where its commit record begins. Of a snapshot at X, which is the end of a record, the transaction is part where this is
   * before X: then the record ends at X or before.
   */
  readonly commitsAt: Position
}

export interface Insert {
  readonly type: 'insert'
  readonly relation: Relation
  readonly after: Row
}

/** Both images are whole: a large value that the update left alone is taken from the before-image (R5). */
export interface Update {
  readonly type: 'update'
  readonly relation: Relation
  readonly before: Row
  readonly after: Row
}

export interface Delete {
  readonly type: 'delete'
  readonly relation: Relation
  readonly before: Row
}

/**
 * R6: an update or a delete without the whole row as it was. What it took away cannot be known, so that the relation's rollups
 * must be built anew.
 */
export interface Incomplete {
  readonly type: 'incomplete'
  readonly relation: Relation
  readonly operation: 'update' | 'delete'
  /** What is wrong, with the table, partition or column named. */
  readonly detail: string
}

/** R7: all rows are gone, without an image of any. */
export interface Truncate {
  readonly type: 'truncate'
  readonly relations: readonly Relation[]
}

/** What `pg_logical_emit_message` carries. Within a transaction where it is transactional, between two otherwise. */
export interface LogicalMessage {
  readonly type: 'message'
  readonly prefix: string
  readonly content: Buffer
  readonly isTransactional: boolean
}

export interface Commit {
  readonly type: 'commit'
  readonly position: Position
  /** Microseconds since 1970, by the source's clock. */
  readonly committedAt: bigint
}

/**
 * R2: everything up to here has been said, and nothing is pending: once an empty batch up to it is durable it may be
 * acknowledged. Comes between transactions, about once a second.
 */
export interface Idle {
  readonly type: 'idle'
  readonly position: Position
}

export type RebuildReason =
  /** There is no such slot, or it is another plugin's, or another database's. */
  | 'slot-missing'
  /** The server has thrown away log that the slot still needed (R10). */
  | 'slot-lost'
  /** The slot was acknowledged past what is durable: what lies between would be skipped silently. */
  | 'slot-ahead'
  /** The server is another one, or one restored from before what is durable. */
  | 'other-server'
  /** A failover took place before the new primary had everything that is durable. */
  | 'timeline-diverged'
  /** A publication is missing, or was made after changes that the slot still holds. */
  | 'publication-missing'

/** The last event of a stream that cannot go on: a new slot, and every build anew. Trying again gives the same. */
export interface Rebuild {
  readonly type: 'rebuild'
  readonly reason: RebuildReason
  readonly detail: string
}

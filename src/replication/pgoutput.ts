import { MillraceError } from '../errors.ts'
import { whyNotWhole } from './before-image.ts'
import { readMicroseconds } from './binary-time.ts'
import type { Begin, ChangeEvent, Commit, Delete, Incomplete, Insert, LogicalMessage, Update } from './change-event.ts'
import { MessageReader } from './message-reader.ts'
import { type Position, readPosition } from './position.ts'
import type { Relation } from './relation.ts'
import { Relations } from './relations.ts'
import { Row } from './row.ts'

/** The letters of the protocol. */
const tag = {
  begin: 0x42,
  commit: 0x43,
  delete: 0x44,
  insert: 0x49,
  message: 0x4d,
  relation: 0x52,
  truncate: 0x54,
  update: 0x55,
  type: 0x59,
  /** Old row: of the identity's columns, or whole. */
  key: 0x4b,
  old: 0x4f,
} as const

/**
 * Decodes the messages of the server's `pgoutput` plugin: protocol 1, in which a transaction comes as a whole once it is
 * committed, with values in binary.
 */
export class PgoutputDecoder {
  readonly #relations = new Relations()
  readonly #after: Position
  #position: Position
  #isWithin = false
  #isSkipping = false

  /** Transactions at or before `after` are left out: they are durable already (R3). */
  constructor(after: Position) {
    this.#after = after
    this.#position = after
  }

  /** Of the last commit, or up to where nothing was found; at first, that after which the stream begins. */
  get position(): Position {
    return this.#position
  }

  /** Moves the position on to where the server has read without finding a transaction. Whether that is news. */
  idle(position: Position): boolean {
    if (this.#isWithin || position <= this.#position) return false
    this.#position = position
    return true
  }

  /** The event of the message in these bytes, or undefined where it holds nothing for whoever reads on. */
  decode(bytes: Buffer, at: number, end: number): ChangeEvent | undefined {
    switch (bytes[at]) {
      case tag.insert:
        return this.#insert(bytes, at)
      case tag.update:
        return this.#update(bytes, at)
      case tag.delete:
        return this.#delete(bytes, at)
      case tag.begin:
        return this.#begin(bytes, at)
      case tag.commit:
        return this.#commit(bytes, at)
      case tag.relation:
        return void this.#relations.announce(bytes, at, end)
      case tag.type:
        return void this.#relations.announceType(bytes, at)
      case tag.truncate:
        return this.#truncate(bytes, at)
      case tag.message:
        return this.#message(bytes, at)
    }
  }

  #begin(bytes: Buffer, at: number): Begin | undefined {
    this.#isWithin = true
    // Where the commit record begins: before `after`, which is the end of a record, it ends there or before.
    const commitsAt = readPosition(bytes, at + 1)
    this.#isSkipping = commitsAt < this.#after
    return this.#isSkipping ? undefined : { type: 'begin', transactionId: bytes.readUInt32BE(at + 17), commitsAt }
  }

  #commit(bytes: Buffer, at: number): Commit | undefined {
    const wasSkipping = this.#isSkipping
    this.#isWithin = false
    this.#isSkipping = false
    if (wasSkipping) return undefined
    const position = readPosition(bytes, at + 10)
    if (position <= this.#position)
      throw new MillraceError('INTERNAL', `a transaction at ${position} came after ${this.#position}`)
    this.#position = position
    return { type: 'commit', position, committedAt: readMicroseconds(bytes, at + 18) }
  }

  #insert(bytes: Buffer, at: number): Insert | undefined {
    const relation = this.#relations.changed(bytes.readUInt32BE(at + 1))
    if (this.#isSkipping) return undefined
    return { type: 'insert', relation, after: new Row(relation, bytes, at + 6, undefined) }
  }

  #update(bytes: Buffer, at: number): Update | Incomplete | undefined {
    const relation = this.#relations.changed(bytes.readUInt32BE(at + 1))
    if (this.#isSkipping) return undefined
    const before = this.#oldRow(relation, bytes, at + 5)
    if (!(before instanceof Row)) return { type: 'incomplete', relation, operation: 'update', detail: before }
    return { type: 'update', relation, before, after: new Row(relation, bytes, before.end() + 1, before) }
  }

  #delete(bytes: Buffer, at: number): Delete | Incomplete | undefined {
    const relation = this.#relations.changed(bytes.readUInt32BE(at + 1))
    if (this.#isSkipping) return undefined
    const before = this.#oldRow(relation, bytes, at + 5)
    if (!(before instanceof Row)) return { type: 'incomplete', relation, operation: 'delete', detail: before }
    return { type: 'delete', relation, before }
  }

  /** The before-image, or why there is none. */
  #oldRow(relation: Relation, bytes: Buffer, at: number): Row | string {
    const kind = bytes[at]
    const row = kind === tag.old || kind === tag.key ? new Row(relation, bytes, at + 1, undefined) : undefined
    const partial = this.#relations.partialPartitions(relation)
    if (row !== undefined && (partial === undefined ? kind === tag.old : partial.length === 0)) return row
    return whyNotWhole(relation, row, partial) ?? (row as Row)
  }

  #truncate(bytes: Buffer, at: number): ChangeEvent | undefined {
    const count = bytes.readUInt32BE(at + 1)
    const oids = Array.from({ length: count }, (_, index) => bytes.readUInt32BE(at + 6 + index * 4))
    const relations = this.#relations.truncated(oids)
    return this.#isSkipping ? undefined : { type: 'truncate', relations }
  }

  #message(bytes: Buffer, at: number): LogicalMessage | undefined {
    if (this.#isSkipping) return undefined
    const reader = new MessageReader(bytes, at + 1)
    const isTransactional = (reader.byte() & 1) === 1
    reader.skip(8)
    const prefix = reader.text()
    return { type: 'message', prefix, content: reader.copy(reader.integer()), isTransactional }
  }
}

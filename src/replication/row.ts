import { MillraceError } from '../errors.ts'
import type { Relation } from './relation.ts'

const [nullValue, unchangedValue, binaryValue, textValue] = [0x6e, 0x75, 0x62, 0x74]

/** Up to so many bytes are compared here: a call of the engine takes longer. */
const shortLength = 32

/**
 * One image of a row. A column is decoded when it is asked for, so that what no report reads costs nothing; asking in the order
 * of the columns is fastest. It keeps the piece of the stream that it lies in from being freed: keep values, not rows.
 */
export class Row {
  readonly relation: Relation
  readonly #bytes: Buffer
  readonly #start: number
  /** Where the value of a large column is that an update left alone (R5). */
  readonly #before: Row | undefined
  /** The column that was found last, and where it begins. */
  #index = 0
  #at: number

  constructor(relation: Relation, bytes: Buffer, start: number, before: Row | undefined) {
    this.relation = relation
    this.#bytes = bytes
    this.#start = start + 2
    this.#at = start + 2
    this.#before = before
    if (bytes.readUInt16BE(start) !== relation.columns.length)
      throw new MillraceError('INTERNAL', `a row of ${relation.table} has other columns than were announced`)
  }

  /** The canonical text of a column's value, as value-text.ts has it; null for null. */
  text(index: number): string | null {
    const at = this.#seek(index)
    const bytes = this.#bytes
    switch (bytes[at]) {
      case binaryValue: {
        const text = this.relation.columns[index]?.text
        if (text !== undefined) return text(bytes, at + 5, bytes.readInt32BE(at + 1))
        break
      }
      case nullValue:
        return null
      case unchangedValue:
        if (this.#before !== undefined) return this.#before.text(index)
    }
    throw this.#undecodable(index)
  }

  isNull(index: number): boolean {
    return this.#bytes[this.#seek(index)] === nullValue
  }

  /** Whether a column's value is the same, byte by byte, in another image of this relation: equal values may differ in it. */
  isSame(index: number, other: Row): boolean {
    const [at, otherAt] = [this.#seek(index), other.#seek(index)]
    if (this.#bytes[at] === unchangedValue) return this.#before === other
    if (other.#bytes[otherAt] === unchangedValue) return other.#before === this
    const [end, otherEnd] = [this.#skip(at), other.#skip(otherAt)]
    if (end - at !== otherEnd - otherAt) return false
    if (end - at > shortLength) return this.#bytes.compare(other.#bytes, otherAt, otherEnd, at, end) === 0
    for (let i = 0; i < end - at; i++) if (this.#bytes[at + i] !== other.#bytes[otherAt + i]) return false
    return true
  }

  /** Where the row ends in the bytes that it lies in. */
  end(): number {
    return this.#seek(this.relation.columns.length)
  }

  #seek(index: number): number {
    if (index < this.#index) {
      this.#index = 0
      this.#at = this.#start
    }
    let at = this.#at
    for (let column = this.#index; column < index; column++) at = this.#skip(at)
    this.#index = index
    this.#at = at
    return at
  }

  /** The end of the value that begins there. */
  #skip(at: number): number {
    const kind = this.#bytes[at]
    return kind === binaryValue || kind === textValue ? at + 5 + this.#bytes.readInt32BE(at + 1) : at + 1
  }

  #undecodable(index: number): MillraceError {
    const { schema, table, columns } = this.relation
    const { name, type } = columns[index] ?? { name: `number ${index}`, type: 'not there' }
    return new MillraceError('INTERNAL', `column "${name}" of ${schema}.${table} cannot be read: its type is ${type}`)
  }
}

import type { RelationColumn } from '../replication/relation.ts'
import type { Image } from '../rollup/image.ts'

/** A row of a copy, over and over another one. A column is decoded when it is asked for, and once, whoever asks. */
export class CopiedRow {
  readonly #columns: readonly RelationColumn[]
  readonly #indices: ReadonlyMap<string, number>
  /** Where each value begins, after its length. */
  readonly #starts: number[]
  readonly #lengths: number[]
  readonly #texts: (string | null | undefined)[]
  #bytes: Buffer = Buffer.alloc(0)

  constructor(columns: readonly RelationColumn[]) {
    this.#columns = columns
    this.#indices = new Map(columns.map(({ name }, index) => [name, index]))
    this.#starts = columns.map(() => 0)
    this.#lengths = columns.map(() => 0)
    this.#texts = columns.map(() => undefined)
  }

  /** From the row's number of columns on. */
  set(bytes: Buffer, at: number): void {
    const count = this.#columns.length
    if (bytes.readInt16BE(at) !== count) throw new Error('a row has other columns than were asked for')
    this.#bytes = bytes
    let next = at + 2
    for (let index = 0; index < count; index++) {
      const length = bytes.readInt32BE(next)
      next += 4
      this.#starts[index] = next
      this.#lengths[index] = length
      this.#texts[index] = undefined
      if (length > 0) next += length
    }
  }

  /** The canonical text of a column's value, as value-text.ts has it; null for null. */
  text(index: number): string | null {
    const known = this.#texts[index]
    if (known !== undefined) return known
    const length = this.#lengths[index] as number
    const { text } = this.#columns[index] as RelationColumn
    if (length >= 0 && text === undefined) throw new Error('a column was asked for that cannot be read')
    const value = length < 0 ? null : (text?.(this.#bytes, this.#starts[index] as number, length) ?? null)
    this.#texts[index] = value
    return value
  }

  readonly image: Image = (name) => {
    const index = this.#indices.get(name)
    if (index === undefined) throw new Error(`column "${name}" is not among those that were asked for`)
    return this.text(index)
  }
}

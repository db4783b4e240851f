const headerLength = 5

/** Told a message of the server: its letter, and the bytes between `start` and `end`. They are never written to again. */
export type TakeFrame = (letter: number, bytes: Buffer, start: number, end: number) => void

/**
 * Cuts what a socket gives into the messages of the protocol. A message that comes in many pieces, as a row with a value of
 * many megabytes does, is put together once.
 */
export class FrameReader {
  readonly #take: TakeFrame
  #pieces: Buffer[] = []
  #length = 0
  /** Bytes that the message at the front needs before it can be read. */
  #needed = headerLength

  constructor(take: TakeFrame) {
    this.#take = take
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#length < this.#needed) return
    const bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces, this.#length)
    this.#pieces = []
    this.#length = 0
    this.#cut(bytes)
  }

  #cut(bytes: Buffer): void {
    let at = 0
    for (;;) {
      const left = bytes.length - at
      // The length counts itself, and not the letter before it.
      this.#needed = left < headerLength ? headerLength : 1 + bytes.readUInt32BE(at + 1)
      if (left < this.#needed) break
      const end = at + this.#needed
      this.#take(bytes[at] as number, bytes, at + headerLength, end)
      at = end
    }
    if (at === bytes.length) return
    this.#pieces = [bytes.subarray(at)]
    this.#length = bytes.length - at
  }
}

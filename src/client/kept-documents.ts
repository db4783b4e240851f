/** A document, and the entity tag that the server knows it by. */
export interface KeptDocument {
  readonly etag: string
  readonly document: unknown
}

/**
 * The documents that were read last, for the server to say only whether there is another. A tag is of what a document says, so that one
 * which another viewer had is never taken for theirs unless it is the same.
 */
export class KeptDocuments {
  readonly #most: number
  readonly #kept = new Map<string, KeptDocument>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: string): KeptDocument | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept
  }

  set(key: string, kept: KeptDocument): void {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest)
  }
}

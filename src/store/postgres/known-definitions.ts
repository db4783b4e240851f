import { MillraceError } from '../../errors.ts'
import type { Build } from '../report-store.ts'
import type { Connections } from './connections.ts'

export type Definition = Pick<Build, 'definition' | 'facts'>

/** As many as are kept; they are a few kilobytes each. */
const kept = 2_000

/** The definitions of builds, which never change and are much longer than most answers: each is asked for once. */
export class KnownDefinitions {
  readonly #connections: Connections
  readonly #schema: string
  /** The longest unused first. */
  readonly #known = new Map<string, Definition>()

  constructor(connections: Connections, schema: string) {
    this.#connections = connections
    this.#schema = schema
  }

  /** Of a build by the store's own number, and whatever else tells it from others. Throws STORE_BUILD_GONE where it was dropped. */
  async of(build: string, identity: string): Promise<Definition> {
    const found = this.#known.get(identity) ?? (await this.#read(build))
    this.#known.delete(identity)
    this.#known.set(identity, found)
    const [oldest] = this.#known.keys()
    if (this.#known.size > kept && oldest !== undefined) this.#known.delete(oldest)
    return found
  }

  async #read(build: string): Promise<Definition> {
    const { rows } = await this.#connections.read<{ definition: string; facts: string }>({
      text: `select definition, facts from ${this.#schema}.definitions where build = $1`,
      values: [build],
    })
    if (rows[0] !== undefined) return rows[0]
    throw new MillraceError('STORE_BUILD_GONE', 'the build was dropped while it was read', { retryAfter: 1 })
  }
}

import { MillraceError } from '../../errors.ts'
import type { Build, BuildId } from '../report-store.ts'
import { format, type Item, number, refuseNewer, text } from './attributes.ts'
import { definitionKey } from './item-keys.ts'
import type { TableClient } from './table-client.ts'

export type Definition = Pick<Build, 'definition' | 'facts'>

/** As many as are kept; they are a few kilobytes each. */
const kept = 5_000

/** The definitions of builds, which never change and are much longer than most answers: each is asked for once. */
export class Definitions {
  readonly #table: TableClient
  /** The longest unused first. */
  readonly #known = new Map<string, Definition>()

  constructor(table: TableClient) {
    this.#table = table
  }

  async write(stream: string, build: BuildId, { definition, facts }: Definition): Promise<void> {
    await this.#table.put(
      { purpose: 'builds', key: definitionKey(stream, build) },
      { item_format: number(format), definition_text: text(definition), facts_text: text(facts) },
    )
  }

  /** In the same order; undefined of a build that is gone. */
  async of(stream: string, builds: readonly BuildId[]): Promise<readonly (Definition | undefined)[]> {
    const keys = builds.map((build) => definitionKey(stream, build))
    const unknown = keys.filter(({ pk }) => !this.#known.has(pk))
    const found = new Map<string, Definition>()
    for (const { pk } of keys) {
      const known = this.#known.get(pk)
      if (known !== undefined) found.set(pk, known)
    }
    const [first] = unknown
    const items: readonly (Item | undefined)[] =
      first !== undefined && unknown.length === 1
        ? [await this.#table.get('builds', first)]
        : await this.#table.getMany('builds', unknown)
    for (const item of items) {
      if (item === undefined) continue
      refuseNewer(item)
      const { pk, definition_text, facts_text } = item
      found.set(pk?.S as string, { definition: definition_text?.S ?? '', facts: facts_text?.S ?? '' })
    }
    for (const [pk, each] of found) this.#keep(pk, each)
    return keys.map(({ pk }) => found.get(pk))
  }

  /** Throws STORE_BUILD_GONE where it was dropped. */
  async ofOne(stream: string, build: BuildId): Promise<Definition> {
    const [found] = await this.of(stream, [build])
    if (found !== undefined) return found
    throw new MillraceError('STORE_BUILD_GONE', 'the build was dropped while it was read', { retryAfter: 1 })
  }

  #keep(pk: string, definition: Definition): void {
    this.#known.delete(pk)
    this.#known.set(pk, definition)
    const [oldest] = this.#known.keys()
    if (this.#known.size > kept && oldest !== undefined) this.#known.delete(oldest)
  }
}

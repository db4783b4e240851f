import { MillraceError } from '../../errors.ts'
import type { BuildId } from '../report-store.ts'
import { type ListedBuild, readDirectory } from './list-builds.ts'
import type { TableClient } from './table-client.ts'

export interface KnownBuild extends BuildId {
  readonly shards: number
}

/**
 * The builds of a stream as a worker of an epoch knows them: whoever opens one raises the epoch. Of those that were dropped or stopped
 * since, the marks tell. Also since when each was seen to be whole, and who their tenants are, when the store does not know them any more.
 */
export class KnownBuilds {
  readonly #table: TableClient
  readonly #horizon: number
  readonly #streams = new Map<string, { readonly epoch: number; readonly builds: ReadonlyMap<number, KnownBuild> }>()
  /** By the monotonic clock. */
  readonly #wholeSince = new Map<string, number>()
  readonly #tenants = new Map<string, Set<string>>()

  constructor(table: TableClient, horizonMilliseconds: number) {
    this.#table = table
    this.#horizon = horizonMilliseconds
  }

  /** Throws STORE_CONFLICT where the stream is in another epoch. */
  async in(stream: string, epoch: number): Promise<ReadonlyMap<number, KnownBuild>> {
    const known = this.#streams.get(stream)
    if (known?.epoch === epoch) return known.builds
    const { state, builds } = await readDirectory(this.#table, stream)
    const is = state.progress.epoch
    if (is !== epoch) throw new MillraceError('STORE_CONFLICT', `the stream is in epoch ${is}, not in ${epoch}`)
    this.saw(stream, builds)
    const found = new Map(
      builds.map(({ tenant, report, entry: { number, shards } }) => [number, { tenant, report, number, shards }]),
    )
    this.#streams.set(stream, { epoch, builds: found })
    return found
  }

  saw(stream: string, builds: readonly ListedBuild[]): void {
    const tenants = this.#tenants.get(stream) ?? new Set()
    this.#tenants.set(stream, tenants)
    for (const { tenant, entry } of builds) {
      tenants.add(tenant)
      const name = `${stream} ${entry.number}`
      if (entry.state !== 'filling' && !this.#wholeSince.has(name))
        this.#wholeSince.set(name, this.#table.clock.monotonic())
    }
  }

  /** Those that it has come upon. */
  tenants(stream: string): Iterable<string> {
    return this.#tenants.get(stream) ?? []
  }

  /** Nothing of its base can come any more, however late it is. */
  isSettled(stream: string, build: number): boolean {
    const since = this.#wholeSince.get(`${stream} ${build}`)
    return since !== undefined && this.#table.clock.monotonic() - since >= this.#horizon
  }
}

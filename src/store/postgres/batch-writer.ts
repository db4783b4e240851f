import { buildKey } from '../keys.ts'
import type { Addition, BuildId, Position } from '../report-store.ts'
import { type UnfitBuild, UnfitCounters, unfitBuild } from '../unfit-counters.ts'
import { bigintArray, textArray } from './binary-array.ts'
import type { Queryable } from './connections.ts'
import { type BuildAdditions, CounterChunk } from './counter-chunk.ts'
import { type RowAddition, whyUnfit, writeCounters } from './write-counters.ts'

/** Writes the additions of one batch, chunk by chunk: one is collected while the server works on another. */
export class BatchWriter {
  readonly #client: Queryable
  readonly #schema: string
  readonly #stream: string
  readonly #to: Position
  /** The store's number of each build that the batch has come to; null where it takes nothing. */
  readonly #builds = new Map<string, bigint | null>()
  readonly #unfit = new Map<string, UnfitBuild>()
  #chunk = new CounterChunk()
  #writing: Promise<void> = Promise.resolve()

  constructor(client: Queryable, schema: string, stream: string, to: Position) {
    this.#client = client
    this.#schema = schema
    this.#stream = stream
    this.#to = to
  }

  add(addition: Addition): void {
    this.#chunk.add(addition.build, addition)
  }

  get isFull(): boolean {
    return this.#chunk.isFull
  }

  /** Ends when the chunk before is in. */
  async flush(): Promise<void> {
    await this.#writing
    const { builds } = this.#chunk
    this.#chunk = new CounterChunk()
    this.#writing = this.#write(builds)
    // Whoever awaits it sees its failure.
    this.#writing.catch(() => {})
  }

  /** Throws UnfitCounters. */
  async end(): Promise<void> {
    await this.flush()
    await this.#writing
    if (this.#unfit.size > 0) throw new UnfitCounters([...this.#unfit.values()])
  }

  async #write(builds: ReadonlyMap<string, BuildAdditions>): Promise<void> {
    await this.#touch([...builds.values()].map(({ build }) => build))
    await writeCounters(this.#client, this.#schema, this.#rows(builds))
  }

  *#rows(builds: ReadonlyMap<string, BuildAdditions>): Generator<RowAddition> {
    for (const [key, { build: id, vectors, expiries }] of builds) {
      const build = this.#builds.get(key)
      if (build === null || build === undefined) continue
      for (const [sort, by] of vectors) {
        const why = whyUnfit(by)
        if (why === undefined) yield { build, sort, by, expiresAt: expiries.get(sort) }
        else this.#unfit.set(key, unfitBuild(id, sort, why))
      }
    }
  }

  /**
   * Marks builds as changed, which holds off whoever would stop, drop or fill one of them, before anything is added to it. Those that
   * are gone or stopped take nothing.
   */
  async #touch(builds: readonly BuildId[]): Promise<void> {
    const fresh = builds.filter((build) => !this.#builds.has(buildKey(build)))
    if (fresh.length === 0) return
    const touched = await this.#client.query<{ build: string; tenant: string; report: string; number: string }>({
      name: 'millrace_touch',
      text: `
        update ${this.#schema}.builds as known set changed_at = $2
        from unnest($3::text[], $4::text[], $5::bigint[]) as named (tenant, report, number)
        where known.stream = $1 and known.number = named.number and known.tenant = named.tenant
          and known.report = named.report and known.state <> 'stopped'
        returning known.build, known.tenant, known.report, known.number`,
      values: [
        this.#stream,
        this.#to,
        textArray(fresh.map(({ tenant }) => tenant)),
        textArray(fresh.map(({ report }) => report)),
        bigintArray(fresh.map(({ number }) => BigInt(number))),
      ],
    })
    for (const build of fresh) this.#builds.set(buildKey(build), null)
    for (const { build, tenant, report, number } of touched.rows)
      this.#builds.set(buildKey({ tenant, report, number: Number(number) }), BigInt(build))
  }
}

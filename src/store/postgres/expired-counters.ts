import type { Queryable } from './connections.ts'

/** As many as are deleted beside one batch, which must not take long. */
const deletedAtOnce = 1_000
/** Seconds by the source's clock between two looks at a stream of which everything was deleted: what expires does so by the day. */
const pause = 60

/** Deletes counters that have expired, which nobody reads any more, beside the batches of their stream: also beside empty ones. */
export class ExpiredCounters {
  readonly #schema: string
  /** When nothing was left, by the source's clock. */
  readonly #emptyAt = new Map<string, number>()

  constructor(schema: string) {
    this.#schema = schema
  }

  /** Within the transaction of a batch, as the last thing: it waits for nobody. `now` is when the batch was committed, in seconds since 1970. */
  async deleteSome(client: Queryable, stream: string, now: number): Promise<void> {
    if (now < (this.#emptyAt.get(stream) ?? Number.NEGATIVE_INFINITY) + pause) return
    const { rowCount } = await client.query({
      name: 'millrace_expire',
      text: `
        delete from ${this.#schema}.counters where ctid = any (array(
          select counters.ctid from ${this.#schema}.builds join ${this.#schema}.counters using (build)
          where stream = $1 and expires_at <= $2 limit ${deletedAtOnce} for update of counters skip locked
        ))`,
      values: [stream, now],
    })
    if ((rowCount ?? 0) < deletedAtOnce) this.#emptyAt.set(stream, now)
  }
}

import { MillraceError } from '../../errors.ts'
import { hasExpired } from '../keys.ts'
import type { BaseAddition, BuildId } from '../report-store.ts'
import { UnfitCounters, unfitBuild } from '../unfit-counters.ts'
import type { Connections } from './connections.ts'
import { CounterChunk } from './counter-chunk.ts'
import { type RowAddition, whyUnfit, writeCounters } from './write-counters.ts'

/** One transaction. It holds the row of its build, so that a batch that adds to the same build waits, and no other. */
export async function addBaseChunk(
  connections: Connections,
  schema: string,
  stream: string,
  build: BuildId,
  chunk: string,
  additions: Iterable<BaseAddition>,
): Promise<void> {
  await connections.transaction(async (client) => {
    const found = await client.query<{ build: string; committed_at: string }>({
      name: 'millrace_filling',
      text: `
        select build, committed_at from ${schema}.builds join ${schema}.streams using (stream)
        where stream = $1 and tenant = $2 and report = $3 and number = $4 and state = 'filling'
        for no key update of builds`,
      values: [stream, build.tenant, build.report, build.number],
    })
    const [row] = found.rows
    if (row === undefined) throw new MillraceError('STORE_BUILD_GONE', `build ${build.number} is not being filled`)
    const [number, committedAt] = [BigInt(row.build), BigInt(row.committed_at)]
    const added = await client.query({
      name: 'millrace_chunk',
      text: `insert into ${schema}.base_chunks (build, chunk) values ($1, $2) on conflict do nothing`,
      values: [number, chunk],
    })
    if (added.rowCount === 0) return
    let part = new CounterChunk()
    for (const addition of additions) {
      if (hasExpired(addition.expiresAt, committedAt)) continue
      part.add(build, addition)
      if (!part.isFull) continue
      await writeCounters(client, schema, rowsOf(part, number))
      part = new CounterChunk()
    }
    await writeCounters(client, schema, rowsOf(part, number))
  })
}

function* rowsOf({ builds }: CounterChunk, build: bigint): Generator<RowAddition> {
  for (const { build: id, vectors, expiries } of builds.values()) {
    for (const [sort, by] of vectors) {
      const why = whyUnfit(by)
      if (why !== undefined) throw new UnfitCounters([unfitBuild(id, sort, why)])
      yield { build, sort, by, expiresAt: expiries.get(sort) }
    }
  }
}

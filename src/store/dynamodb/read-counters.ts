import { MillraceError } from '../../errors.ts'
import { compareText } from '../../report/compare-text.ts'
import { hasExpired, isZero } from '../keys.ts'
import type { Counter, Position, Progress, Reading, ReadResult, SortRange, State } from '../report-store.ts'
import { numberOf, textOf } from './attributes.ts'
import { expiryAttribute, valuesAt, valuesPerItem } from './counter-item.ts'
import { counterOf, queryBounds } from './counter-key.ts'
import type { Definitions } from './definitions.ts'
import { type Entry, isThere, readListing } from './directory.ts'
import { buildPartition } from './item-keys.ts'
import { buildOf } from './list-builds.ts'
import { readMarks } from './marks.ts'
import { persist } from './persist.ts'
import { readStream, type StreamState } from './progress-item.ts'
import type { TableClient } from './table-client.ts'

/** Far below the time after which a counter that holds nothing may be deleted. */
const longestRead = 60_000

/**
 * The directory and the stream's position, then the counters, then the build's mark. An item tells its values at the position unless two
 * batches came since. Each batch marks the build before it writes the first of its counters; so two that wrote what was read have marked it
 * twice since the position, and the mark, read last, cannot tell any more when the build had changed by then. A build that was dropped
 * meanwhile has no mark. In both cases all is read again.
 */
export async function readCounters(
  { table, definitions }: { readonly table: TableClient; readonly definitions: Definitions },
  stream: string,
  of: Reading,
  ranges: readonly SortRange[],
  known?: State,
): Promise<ReadResult | null> {
  const { tenant, report } = of
  return persist(async (): Promise<ReadResult | null | undefined> => {
    const began = table.clock.monotonic()
    const [{ entries }, state] = await Promise.all([
      readListing(table, stream, tenant, report),
      readStream(table, stream),
    ])
    const entry = chosen(entries, state, of)
    if (entry === null) return null
    const { position: asOf, committedAt } = state.progress
    // It became ready after the position was read.
    if (entry.state !== 'filling' && asOf < entry.startsAt) return undefined
    const id = { tenant, report, number: entry.number }
    const definition = definitions.ofOne(stream, id)
    // Whoever awaits it below sees its failure.
    definition.catch(() => {})
    const changedAt = async (): Promise<Position | undefined> => {
      const mark = (await readMarks(table, stream, [entry.number])).at(asOf, entry)
      return mark.changed === 'at' ? mark.position : undefined
    }
    const result = async (changed: Position, counters: readonly (readonly Counter[])[]): Promise<ReadResult> => {
      const build = { ...buildOf(tenant, report, entry, changed), ...(await definition) }
      return { asOf, committedAt, build, counters }
    }
    if (known?.number === entry.number || ranges.length === 0) {
      const changed = await changedAt()
      if (changed === undefined) return undefined
      if (ranges.length === 0 || changed === known?.changedAt) return result(changed, [])
    }
    const counters = await Promise.all(
      ranges.map((range) => readRange(table, stream, { ...id, shards: entry.shards }, range, state.progress)),
    )
    const changed = await changedAt()
    return changed === undefined || table.clock.monotonic() - began > longestRead
      ? undefined
      : result(changed, counters)
  }, 'the counters moved on while they were read')
}

function chosen(entries: readonly Entry[], state: StreamState, of: Reading): Entry | null {
  if ('number' in of) {
    const found = entries.find((entry) => entry.number === of.number && isThere(entry, state))
    if (found !== undefined && found.state !== 'stopped') return found
    throw new MillraceError('STORE_BUILD_GONE', `build ${of.number} was dropped or stopped`)
  }
  const found = entries.filter(
    (entry) =>
      entry.fingerprint === of.fingerprint &&
      (entry.state === 'ready' || entry.state === 'replaced') &&
      isThere(entry, state),
  )
  return found.reduce<Entry | null>((a, b) => (a === null || a.number < b.number ? b : a), null)
}

async function readRange(
  table: TableClient,
  stream: string,
  build: { readonly tenant: string; readonly report: string; readonly number: number; readonly shards: number },
  range: SortRange,
  { position, committedAt }: Pick<Progress, 'position' | 'committedAt'>,
): Promise<readonly Counter[]> {
  const between = queryBounds(range)
  if (between === undefined) return []
  const shards = await Promise.all(
    Array.from({ length: build.shards }, (_, shard) =>
      table.queryAll({
        purpose: 'counters',
        pk: buildPartition(stream, build, shard),
        // An emulator compares bounds by units of UTF-16, and refuses some that DynamoDB takes.
        ...(between.from <= between.to ? { between } : { from: between.from }),
      }),
    ),
  )
  const found = new Map<string, bigint[]>()
  for (const item of shards.flat()) {
    if (!textOf(item, 'sk')?.startsWith('k')) continue
    // DynamoDB deletes it in its own time, some days later at most.
    if (hasExpired(numberOf(item, expiryAttribute), committedAt)) continue
    const { sort, part } = counterOf(textOf(item, 'sk') as string, textOf(item, 'k'))
    if (compareText(sort, range.from) < 0 || compareText(sort, range.to) >= 0) continue
    const values = valuesAt(item, position)
    const known = found.get(sort)
    if (known === undefined && part === 0) found.set(sort, values)
    else found.set(sort, joined(known ?? [], part * valuesPerItem, values))
  }
  const counters: Counter[] = []
  for (const [sort, values] of found) if (!isZero(values)) counters.push({ sort, values })
  return counters.sort((a, b) => compareText(a.sort, b.sort))
}

function joined(values: bigint[], from: number, more: readonly bigint[]): bigint[] {
  while (values.length < from) values.push(0n)
  for (const [index, value] of more.entries()) values[from + index] = value
  return values
}

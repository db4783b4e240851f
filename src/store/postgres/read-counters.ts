import type pg from 'pg'
import { MillraceError } from '../../errors.ts'
import { compareText } from '../../report/compare-text.ts'
import type { Build, Counter, Reading, ReadResult, SortRange, State } from '../report-store.ts'
import { textArray } from './binary-array.ts'
import { type BuildRow, buildColumns, buildOf } from './build-row.ts'
import type { Connections } from './connections.ts'
import type { KnownDefinitions } from './known-definitions.ts'
import { splitKey } from './long-key.ts'

/** Of the build itself, range 0: position, time of commit, the build as JSON. Of a counter: head, tail, values. */
type Row = readonly [range: string, string, string, string]

/**
 * One statement sees one state (S2), and costs one exchange with the server. Where the reader knows a state, a shorter one asks
 * first whether it still stands: mostly it does.
 */
export async function readCounters(
  connections: Connections,
  definitions: KnownDefinitions,
  schema: string,
  stream: string,
  of: Reading,
  ranges: readonly SortRange[],
  known?: State,
): Promise<ReadResult | null> {
  const isNumbered = 'number' in of
  if (known !== undefined) {
    const read = await readState(connections, definitions, schema, stream, of)
    if (read === null || isSame(read.build, known)) return read
  }
  const { rows } = await connections.read<Row & pg.QueryResultRow>({
    name: isNumbered ? 'millrace_read_build' : 'millrace_read',
    text: statement(schema, conditionOf(of)),
    values: [
      ...chosenBy(stream, of),
      textArray(ranges.map(({ from }) => splitKey(from).head)),
      textArray(ranges.map(({ to }) => splitKey(to).head)),
    ],
    rowMode: 'array',
  } as pg.QueryConfig)
  const first = rows.find(([range]) => range === '0')
  if (first === undefined) return notThere(of)
  const [, asOf, committedAt, text] = first
  const build = await defined(JSON.parse(text) as ChosenBuild, definitions)
  const counters = ranges.map((): Counter[] => [])
  for (const [range, head, tail, values] of rows) {
    const index = Number(range) - 1
    const within = ranges[index]
    const sort = head + tail
    if (within !== undefined && isWithin(sort, within)) counters[index]?.push({ sort, values: vectorOf(values) })
  }
  // The server gives them in this order already, but for those of long keys, and does not say so.
  for (const each of counters) each.sort((a, b) => compareText(a.sort, b.sort))
  return { asOf, committedAt: BigInt(committedAt), build, counters }
}

/** As `readCounters`, without any counter. */
async function readState(
  connections: Connections,
  definitions: KnownDefinitions,
  schema: string,
  stream: string,
  of: Reading,
): Promise<ReadResult | null> {
  const { rows } = await connections.read<ChosenBuild & { position: string; committed_at: string }>({
    name: 'number' in of ? 'millrace_read_state_of_build' : 'millrace_read_state',
    text: `select streams.position, streams.committed_at, builds.build, ${buildColumns}
      from ${schema}.builds join ${schema}.streams on streams.stream = builds.stream
      where builds.stream = $1 and tenant = $2 and report = $3 and ${conditionOf(of)}
      order by number desc limit 1`,
    values: chosenBy(stream, of),
  })
  const [row] = rows
  if (row === undefined) return notThere(of)
  const { position: asOf, committed_at } = row
  return { asOf, committedAt: BigInt(committed_at), build: await defined(row, definitions), counters: [] }
}

type ChosenBuild = BuildRow & { readonly build: number | string }

const chosenBy = (stream: string, of: Reading) => [
  stream,
  of.tenant,
  of.report,
  'number' in of ? of.number : of.fingerprint,
]

const conditionOf = (of: Reading): string =>
  'number' in of ? "number = $4 and state <> 'stopped'" : "fingerprint = $4 and state in ('ready', 'replaced')"

function notThere(of: Reading): null {
  if ('number' in of) throw new MillraceError('STORE_BUILD_GONE', `build ${of.number} was dropped or stopped`)
  return null
}

async function defined(row: ChosenBuild, definitions: KnownDefinitions): Promise<Build> {
  const identity = JSON.stringify([String(row.build), row.tenant, row.report, row.fingerprint, row.starts_at])
  return buildOf(row, await definitions.of(String(row.build), identity))
}

const isSame = (build: Build, known: State): boolean =>
  build.number === known.number && build.changedAt === known.changedAt

const isWithin = (sort: string, { from, to }: SortRange): boolean =>
  compareText(from, sort) <= 0 && compareText(sort, to) < 0

/** `{1,-2}`: whole numbers, never null. */
const vectorOf = (text: string): bigint[] => text.slice(1, -1).split(',').map(BigInt)

/** The heads of keys bound the ranges, so that of long keys more may come than is within. */
const statement = (schema: string, condition: string): string => `
  with chosen as materialized (
    select builds.build, ${buildColumns}, committed_at / 1000000 as now
    from ${schema}.builds join ${schema}.streams using (stream)
    where stream = $1 and tenant = $2 and report = $3 and ${condition}
    order by number desc limit 1
  )
  select 0::bigint, position, committed_at::text, row_to_json(chosen)::text
  from ${schema}.streams, chosen where stream = $1
  union all
  select range.place, counter.sort, counter.tail, counter.values::text
  from chosen
  cross join unnest($5::text[], $6::text[]) with ordinality as range (first, last, place)
  cross join lateral (
    select sort, tail, values from ${schema}.counters
    where counters.build = chosen.build and sort >= range.first and sort <= range.last
      and (expires_at is null or expires_at > chosen.now)
    order by sort
  ) as counter`

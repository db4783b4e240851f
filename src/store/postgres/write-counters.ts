import { isZero } from '../keys.ts'
import { bigintArray, textArray } from './binary-array.ts'
import type { Queryable } from './connections.ts'
import { splitKey, tailHash } from './long-key.ts'

/** What is added to one counter of a build, by the number that the store gave the build. */
export interface RowAddition {
  readonly build: bigint
  readonly sort: string
  readonly by: readonly bigint[]
}

/** Up to this many places of a vector are added one by one, which is three times as fast as taking arrays apart. */
const unrolledWidth = 24

const fits = (by: readonly bigint[]): boolean => by.every((value) => BigInt.asIntN(64, value) === value)

/** Adds vectors to counters, each of which is named once; those that are then zero are gone. */
export async function writeCounters(client: Queryable, schema: string, rows: Iterable<RowAddition>): Promise<void> {
  const plain = new Map<number, RowAddition[]>()
  const others: RowAddition[] = []
  for (const row of rows) {
    if (isZero(row.by)) continue
    const width = row.by.length
    if (width > unrolledWidth || !fits(row.by)) others.push(row)
    else if (plain.get(width)?.push(row) === undefined) plain.set(width, [row])
  }
  for (const [width, same] of plain) {
    const places = Array.from({ length: width }, (_, place) => bigintArray(same.map(({ by }) => by[place] as bigint)))
    await write(client, schema, same, unrolledStatement(schema, width), places)
  }
  if (others.length > 0) {
    const vectors = textArray(others.map(({ by }) => `{${by.join(',')}}`))
    await write(client, schema, others, anyStatement(schema), [vectors])
  }
}

interface Statement {
  readonly name: string
  readonly text: string
}

async function write(
  client: Queryable,
  schema: string,
  rows: readonly RowAddition[],
  statement: Statement,
  vectors: readonly Buffer[],
): Promise<void> {
  const keys = rows.map(({ sort }) => splitKey(sort))
  const named = [
    bigintArray(rows.map(({ build }) => build)),
    textArray(keys.map(({ head }) => head)),
    textArray(keys.map(({ tail }) => tailHash(tail))),
  ]
  const tails = textArray(keys.map(({ tail }) => tail))
  const zeroes = await client.query({ ...statement, values: [...named, tails, ...vectors], rowMode: 'array' })
  if (zeroes.rows.length === 0) return
  const columns = [0, 1, 2].map((column) => zeroes.rows.map((row) => row[column] as string))
  const [builds, heads, hashes] = columns as [string[], string[], string[]]
  await client.query({
    name: 'millrace_delete_zeroes',
    text: `
      delete from ${schema}.counters as known
      using unnest($1::bigint[], $2::text[], $3::text[]) as zero (build, sort, tail_hash)
      where known.build = zero.build and known.sort = zero.sort and known.tail_hash = zero.tail_hash
        and 0 = all (known.values)`,
    values: [bigintArray(builds.map(BigInt)), textArray(heads), textArray(hashes)],
  })
}

/** Of vectors of one width, each place of which fits a bigint. */
function unrolledStatement(schema: string, width: number): Statement {
  const places = Array.from({ length: width }, (_, index) => index + 1)
  const sums = places.map((place) => `coalesce(known.values[${place}], 0) + excluded.values[${place}]`)
  return {
    name: `millrace_add_${width}`,
    text: upsert({
      schema,
      arrays: places.map((place) => `$${place + 4}::bigint[]`),
      columns: places.map((place) => `at_${place}`),
      vector: `array[${places.map((place) => `at_${place}`)}]::numeric[]`,
      sum: `case when cardinality(known.values) <= ${width} then array[${sums}]
        else ${schema}.add_vectors(known.values, excluded.values) end`,
    }),
  }
}

function anyStatement(schema: string): Statement {
  return {
    name: 'millrace_add',
    text: upsert({
      schema,
      arrays: ['$5::text[]'],
      columns: ['vector'],
      vector: 'vector::numeric[]',
      sum: `${schema}.add_vectors(known.values, excluded.values)`,
    }),
  }
}

interface Upsert {
  readonly schema: string
  readonly arrays: readonly string[]
  readonly columns: readonly string[]
  readonly vector: string
  readonly sum: string
}

/** Gives the keys of what is zero now. */
const upsert = ({ schema, arrays, columns, vector, sum }: Upsert): string => `
  with written as (
    insert into ${schema}.counters as known (build, sort, tail_hash, tail, values)
    select build, sort, tail_hash, tail, ${vector}
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], ${arrays})
      as added (build, sort, tail_hash, tail, ${columns})
    on conflict (build, sort, tail_hash) do update set values = ${sum}
    returning build, sort, tail_hash, 0 = all (values) as is_zero
  )
  select build, sort, tail_hash from written where is_zero`

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

/** Up to this many places of a vector are added one by one, which is several times as fast as taking arrays apart. */
const unrolledWidth = 128

/**
 * What is added at once, and so what it comes to, is far below the 131,072 digits that a number of PostgreSQL holds. Only beyond it
 * could an addition fail there, and with it everybody's batch.
 */
const mostAddition = 10n ** 100_000n
const unfit = 'a value would have more digits than PostgreSQL adds exactly'

/** Why the store cannot hold it; undefined where it can. */
export function whyUnfit(by: readonly bigint[]): string | undefined {
  return by.some((value) => value > mostAddition || value < -mostAddition) ? unfit : undefined
}

const fits = (by: readonly bigint[]): boolean => by.every((value) => BigInt.asIntN(64, value) === value)

/**
 * Adds vectors to counters, each of which is named once; those that are then zero are gone. Whoever calls it holds the rows of the
 * builds: nobody else writes their counters meanwhile.
 */
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
    await write(client, same, unrolledStatement(schema, width), places)
  }
  if (others.length > 0) {
    const vectors = textArray(others.map(({ by }) => `{${by.join(',')}}`))
    await write(client, others, anyStatement(schema), [vectors])
  }
}

interface Statement {
  readonly name: string
  readonly text: string
}

async function write(
  client: Queryable,
  rows: readonly RowAddition[],
  statement: Statement,
  vectors: readonly Buffer[],
): Promise<void> {
  const keys = rows.map(({ sort }) => splitKey(sort))
  const named = [
    bigintArray(rows.map(({ build }) => build)),
    textArray(keys.map(({ head }) => head)),
    textArray(keys.map(({ tail }) => tailHash(tail))),
    textArray(keys.map(({ tail }) => tail)),
  ]
  await client.query({ ...statement, values: [...named, ...vectors] })
}

/** Of vectors of one width, each place of which fits a bigint. */
function unrolledStatement(schema: string, width: number): Statement {
  const places = Array.from({ length: width }, (_, index) => index + 1)
  const sums = places.map((place) => `coalesce(known.values[${place}], 0) + added.at_${place}`)
  const isShort = `cardinality(known.values) <= ${width}`
  const vector = `array[${places.map((place) => `added.at_${place}`)}]::numeric[]`
  return {
    name: `millrace_add_${width}`,
    text: merge({
      schema,
      arrays: places.map((place) => `$${place + 4}::bigint[]`),
      columns: places.map((place) => `at_${place}`),
      vector,
      isZero: `${isShort} and ${sums.map((sum) => `${sum} = 0`).join(' and ')}
        or not ${isShort} and 0 = all (${addVectors(vector)})`,
      sum: `case when ${isShort} then array[${sums}] else ${addVectors(vector)} end`,
    }),
  }
}

function anyStatement(schema: string): Statement {
  const sum = addVectors('added.vector::numeric[]')
  return {
    name: 'millrace_add',
    text: merge({
      schema,
      arrays: ['$5::text[]'],
      columns: ['vector'],
      vector: 'added.vector::numeric[]',
      isZero: `0 = all (${sum})`,
      sum,
    }),
  }
}

/** In place: a function for it would be called anew for each row, which costs more than the addition. */
const addVectors = (vector: string): string => `(
    select array_agg(coalesce(former, 0) + coalesce(more, 0) order by place)
    from unnest(known.values, ${vector}) with ordinality as places (former, more, place)
  )::numeric[]`

interface Merge {
  readonly schema: string
  readonly arrays: readonly string[]
  readonly columns: readonly string[]
  readonly vector: string
  readonly isZero: string
  readonly sum: string
}

const merge = ({ schema, arrays, columns, vector, isZero, sum }: Merge): string => `
  merge into ${schema}.counters as known
  using unnest($1::bigint[], $2::text[], $3::text[], $4::text[], ${arrays})
    as added (build, sort, tail_hash, tail, ${columns})
  on known.build = added.build and known.sort = added.sort and known.tail_hash = added.tail_hash
  when matched and (${isZero}) then delete
  when matched then update set values = ${sum}
  when not matched then insert (build, sort, tail_hash, tail, values)
    values (added.build, added.sort, added.tail_hash, added.tail, ${vector})`

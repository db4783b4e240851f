import { isZero } from '../keys.ts'
import { bigintArray, textArray } from './binary-array.ts'
import type { Queryable } from './connections.ts'
import { splitKey, tailHash } from './long-key.ts'

/** What is added to one counter of a build, by the number that the store gave the build. */
export interface RowAddition {
  readonly build: bigint
  readonly sort: string
  readonly by: readonly bigint[]
  readonly expiresAt?: number | undefined
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
  for (const { rows: same, width, expires } of alike(rows)) {
    const vectors =
      width === undefined
        ? [textArray(same.map(({ by }) => `{${by.join(',')}}`))]
        : Array.from({ length: width }, (_, place) => bigintArray(same.map(({ by }) => by[place] as bigint)))
    const statement = width === undefined ? anyStatement(schema, expires) : unrolledStatement(schema, width, expires)
    await write(client, same, statement, vectors, expires)
  }
}

/** Rows that one statement writes. */
interface Alike {
  /** Undefined: vectors that are too wide, or of numbers too large, to be added place by place. */
  readonly width: number | undefined
  readonly expires: boolean
  readonly rows: RowAddition[]
}

function alike(rows: Iterable<RowAddition>): Iterable<Alike> {
  const found = new Map<number, Alike>()
  for (const row of rows) {
    const { by, expiresAt } = row
    if (isZero(by)) continue
    const width = by.length > unrolledWidth || !fits(by) ? undefined : by.length
    const expires = expiresAt !== undefined
    const key = (width ?? 0) * 2 + Number(expires)
    const same = found.get(key)
    if (same === undefined) found.set(key, { width, expires, rows: [row] })
    else same.rows.push(row)
  }
  return found.values()
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
  expires: boolean,
): Promise<void> {
  const keys = rows.map(({ sort }) => splitKey(sort))
  const named = [
    bigintArray(rows.map(({ build }) => build)),
    textArray(keys.map(({ head }) => head)),
    textArray(keys.map(({ tail }) => tailHash(tail))),
    textArray(keys.map(({ tail }) => tail)),
  ]
  const expiries = expires ? [bigintArray(rows.map(({ expiresAt }) => BigInt(expiresAt as number)))] : []
  await client.query({ ...statement, values: [...named, ...vectors, ...expiries] })
}

/** Of vectors of one width, each place of which fits a bigint. */
function unrolledStatement(schema: string, width: number, expires: boolean): Statement {
  const places = Array.from({ length: width }, (_, index) => index + 1)
  const sums = places.map((place) => `coalesce(known.values[${place}], 0) + added.at_${place}`)
  const isShort = `cardinality(known.values) <= ${width}`
  const vector = `array[${places.map((place) => `added.at_${place}`)}]::numeric[]`
  return {
    name: `millrace_add_${width}${expires ? '_expiring' : ''}`,
    text: merge({
      schema,
      arrays: places.map((place) => `$${place + 4}::bigint[]`),
      columns: places.map((place) => `at_${place}`),
      vector,
      isZero: `${isShort} and ${sums.map((sum) => `${sum} = 0`).join(' and ')}
        or not ${isShort} and 0 = all (${addVectors(vector)})`,
      sum: `case when ${isShort} then array[${sums}] else ${addVectors(vector)} end`,
      expires,
    }),
  }
}

function anyStatement(schema: string, expires: boolean): Statement {
  const sum = addVectors('added.vector::numeric[]')
  return {
    name: `millrace_add${expires ? '_expiring' : ''}`,
    text: merge({
      schema,
      arrays: ['$5::text[]'],
      columns: ['vector'],
      vector: 'added.vector::numeric[]',
      isZero: `0 = all (${sum})`,
      sum,
      expires,
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
  readonly expires: boolean
}

/** When a counter expires is written where it is new: it stays the same, and an index of it is left alone. */
const merge = ({ schema, arrays, columns, vector, isZero, sum, expires }: Merge): string => `
  merge into ${schema}.counters as known
  using unnest($1::bigint[], $2::text[], $3::text[], $4::text[], ${arrays}${expires ? `, $${arrays.length + 5}::bigint[]` : ''})
    as added (build, sort, tail_hash, tail, ${columns}${expires ? ', expires_at' : ''})
  on known.build = added.build and known.sort = added.sort and known.tail_hash = added.tail_hash
  when matched and (${isZero}) then delete
  when matched then update set values = ${sum}
  when not matched then insert (build, sort, tail_hash, tail, values${expires ? ', expires_at' : ''})
    values (added.build, added.sort, added.tail_hash, added.tail, ${vector}${expires ? ', added.expires_at' : ''})`

import { inspect } from 'node:util'
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase, query } from '../../src/embedded/database.ts'
import type { Server, StopMode } from '../../src/embedded/server.ts'
import type { TableOptions } from '../../src/store/dynamodb/check-table.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import type { HaltingProxy } from '../dynamodb/halting-proxy.ts'
import type { Tables } from '../dynamodb/tables.ts'
import { haltPostgres } from './halt-postgres.ts'
import type { HaltingPoint } from './halting-points.ts'
import { ReadableMemoryStore } from './readable-memory-store.ts'
import type { StorePlace } from './store-place.ts'

/** What empty stores can be made on. */
export interface StoreServer {
  readonly kind: StorePlace['kind']
  place(): Promise<StorePlace>
  /** It cannot be reached until it is started again, and has then what it had. */
  stop(mode?: StopMode): Promise<void>
  start(): Promise<void>
  /** Holds up the next write of a store at a point, does something once one stands there, and lets it go on. */
  whileHalted(place: StorePlace, point: HaltingPoint, work: () => Promise<void>): Promise<void>
}

let places = 0

/** Stores in databases of their own on a server. */
export function postgresStores(server: Pick<Server, 'connection' | 'stop' | 'start'>): StoreServer {
  return {
    kind: 'postgres',
    async place() {
      const connection = await createDatabase(server as Server, `store_${process.pid}_${++places}`)
      const store = new PostgresStore({ connection })
      await store.migrate().finally(() => store.close())
      return { kind: 'postgres', connection }
    },
    stop: (mode) => server.stop(mode),
    start: () => server.start(),
    whileHalted: (place, point, work) => haltPostgres(onPostgres(place), point, work),
  }
}

/** Stores in tables of their own, on an emulator. However it is stopped, whoever asks it is cut off. */
export function dynamoStores(tables: Tables, proxy: HaltingProxy): StoreServer {
  return {
    kind: 'dynamodb',
    place: async () => ({ kind: 'dynamodb', table: { ...(await tables.table()), endpoint: proxy.endpoint } }),
    stop: () => tables.stop(),
    start: () => tables.start(),
    whileHalted: (place, point, work) => proxy.whileHalted(onDynamo(place).table, point, work),
  }
}

const inMemory = async (): Promise<never> => {
  throw new Error('a store in memory is in this process, and neither stops nor halts alone')
}

/** Each is empty, and nobody else's. */
export const memoryStores: StoreServer = {
  kind: 'memory',
  place: async () => ({ kind: 'memory', store: new ReadableMemoryStore() }),
  stop: inMemory,
  start: inMemory,
  whileHalted: inMemory,
}

/** Of a test that knows what its store is. */
export function onPostgres(place: StorePlace): Connection {
  if (place.kind !== 'postgres') throw new Error('the store is not in PostgreSQL')
  return place.connection
}

function onDynamo(place: StorePlace): TableOptions {
  if (place.kind !== 'dynamodb') throw new Error('the store is not in DynamoDB')
  return place.table
}

/** Everything that a store holds, as texts, to look for what should not be there. */
export async function textsIn(place: StorePlace): Promise<string[]> {
  if (place.kind === 'memory') {
    const { progress, builds, requests } = place.store.contents()
    return [progress, ...builds, ...requests].map((each) => inspect(each, { depth: 9 }))
  }
  return place.kind === 'postgres' ? rowsOf(place.connection) : itemsOf(place.table)
}

async function rowsOf(connection: Connection): Promise<string[]> {
  const tables = await query<{ name: string }>(
    connection,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'reporting'`,
  )
  const texts = await Promise.all(
    tables.map(async ({ name }) =>
      (await query<{ text: string }>(connection, `select t::text as text from ${name} t`)).map(
        ({ text }) => `${name}: ${text}`,
      ),
    ),
  )
  return texts.flat()
}

async function itemsOf({ table, ...where }: TableOptions): Promise<string[]> {
  const client = new DynamoDBClient(where)
  try {
    const texts: string[] = []
    for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true }))
      texts.push(...Items.map((item) => JSON.stringify(item)))
    return texts
  } finally {
    client.destroy()
  }
}

/** The numbers of the builds that any counter is of. */
export async function buildsWithCounters(place: StorePlace): Promise<Set<number>> {
  if (place.kind === 'memory') {
    const stream = place.store.contents()
    return new Set(stream.builds.filter((build) => stream.counters(build).size > 0).map(({ number }) => number))
  }
  if (place.kind === 'postgres') {
    const rows = await query<{ build: string }>(place.connection, 'select distinct build from reporting.counters')
    return new Set(rows.map(({ build }) => Number(build)))
  }
  const keys = (await itemsOf(place.table)).map((item): { pk: { S: string } } => JSON.parse(item))
  return new Set(keys.flatMap(({ pk }) => (pk.S.startsWith('t#') ? Number(pk.S.split('#')[3]) : [])))
}

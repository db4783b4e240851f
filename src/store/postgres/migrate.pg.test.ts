import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeSchema } from '../../../test/store/describe-schema.ts'
import { type StandaloneServer, startServer, type Version } from '../../embedded/cluster.ts'
import type { Connection } from '../../embedded/connection.ts'
import { createDatabase, query } from '../../embedded/database.ts'
import { PostgresStore } from './postgres-store.ts'

describe.each<Version>([15, 18])('on PostgreSQL %i', (version) => {
  let server: StandaloneServer
  let databases = 0

  beforeAll(async () => {
    server = await startServer({ version })
  })

  afterAll(async () => {
    await server?.close()
  })

  const database = async (): Promise<Connection> => createDatabase(server, `store_${databases++}`)

  test('the migrations give the schema that is written down', async () => {
    const connection = await database()
    const store = new PostgresStore({ connection })
    await store.migrate()
    await expect(await describeSchema(connection, 'reporting')).toMatchFileSnapshot('schema.sql')
    await store.close()
  })

  test('migrations run once, whoever else begins at the same time', async () => {
    const connection = await database()
    const stores = Array.from({ length: 4 }, () => new PostgresStore({ connection }))
    const ran = await Promise.all(stores.map((store) => store.migrate()))
    expect(ran.flat().map(({ number }) => number)).toEqual([1, 2, 3])
    expect(await stores[0]?.migrate()).toEqual([])
    expect(await query(connection, 'select number, name from reporting.migrations')).toEqual([
      { number: 1, name: 'tables' },
      { number: 2, name: 'filling' },
      { number: 3, name: 'expiry' },
    ])
    for (const store of stores) await store.close()
  })

  test('a schema that was made for the role is filled, where the role may make none', async () => {
    const connection = await database()
    await query(connection, `create role folder_${version} login password 'folder'`)
    await query(connection, `create schema reporting authorization folder_${version}`)
    const store = new PostgresStore({ connection: { ...connection, user: `folder_${version}`, password: 'folder' } })
    await store.migrate()
    expect(await store.progress('main')).toMatchObject({ epoch: 0 })
    await store.close()
  })

  test('S7 two stores of one database, in schemas of their own, know nothing of each other', async () => {
    const connection = await database()
    const [one, two] = ['one', 'Two "2"'].map((schema) => new PostgresStore({ connection, schema })) as [
      PostgresStore,
      PostgresStore,
    ]
    await Promise.all([one.migrate(), two.migrate()])
    await one.apply('main', {
      from: '0'.repeat(16),
      to: '1'.padStart(16, '0'),
      epoch: 0,
      committedAt: 1n,
      source: '',
      additions: [],
    })
    expect((await one.progress('main')).position).toBe('1'.padStart(16, '0'))
    expect((await two.progress('main')).position).toBe('0'.repeat(16))
    await Promise.all([one.close(), two.close()])
  })
})

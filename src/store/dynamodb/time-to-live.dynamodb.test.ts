import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { itemsWith, openScene } from '../../../test/store/dynamodb-scene.ts'
import { openTestTable, type TestTable } from '../../../test/store/dynamodb-table.ts'
import { applyTo, countersOf, newBuild, readyBuilds } from '../contract/example.ts'
import type { Addition, Build } from '../report-store.ts'
import { checkTable } from './check-table.ts'
import { createTable } from './create-table.ts'

let table: TestTable
let client: DynamoDBClient

beforeAll(async () => {
  table = await openTestTable()
  client = new DynamoDBClient(table)
})

afterAll(async () => {
  client?.destroy()
  await table?.[Symbol.asyncDispose]()
})

const add = (build: Build, sort: string, by: bigint, expiresAt?: number): Addition => ({
  build,
  sort,
  by: [by],
  expiresAt,
})

test('S9 the item of a counter that expires says when, those of others say nothing', async () => {
  await using it = openScene(table)
  const [build] = (await readyBuilds(it, newBuild('a'))) as [Build]
  await applyTo(it, 1, add(build, 'day', 1n, 90), add(build, 'total', 1n))
  await applyTo(it, 2, add(build, 'day', 1n, 90), add(build, 'gone', 1n, 2))
  const items = await itemsWith(client, table, `"t#a#${it.stream}`)
  const expiring = items.filter((item) => item.includes('expires_at'))
  expect(expiring.map((item) => JSON.parse(item))).toMatchObject([{ sk: { S: 'kday' }, expires_at: { N: '90' } }])
  // What is over is not paid for.
  expect(items.filter((item) => item.includes('kgone'))).toEqual([])
})

test('S9 what DynamoDB has deleted and comes again, counted from then on, is not read once it has expired', async () => {
  await using it = openScene(table)
  const [build] = (await readyBuilds(it, newBuild('a'))) as [Build]
  await applyTo(it, 1, add(build, 'day', 5n, 90), add(build, 'total', 5n))
  const [item] = (await itemsWith(client, table, `"t#a#${it.stream}`)).filter((each) => each.includes('kday'))
  const { pk, sk } = JSON.parse(item as string)
  // By the wall clock it is over, while the fold is days behind.
  await client.send(new DeleteItemCommand({ TableName: table.table, Key: { pk, sk } }))
  await applyTo(it, 50, add(build, 'day', 1n, 90), add(build, 'total', 1n))
  expect(await countersOf(it, build)).toEqual({ day: [1n], total: [6n] })
  await applyTo(it, 90, add(build, 'day', 1n, 90), add(build, 'total', 1n))
  expect(await countersOf(it, build)).toEqual({ total: [7n] })
})

const body = async (from: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of from) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The emulator, with a time to live. What is refused is answered with its name. */
async function withTimeToLive(refused: Readonly<Record<string, string>> = {}) {
  let told: object = { TimeToLiveStatus: 'DISABLED' }
  const asked: string[] = []
  const server: Server = createServer(async (from, to) => {
    const name = String(from.headers['x-amz-target']).split('.').at(-1) as string
    const sent = await body(from)
    const answer = (status: number, text: string) =>
      to.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text)
    const error = refused[name]
    if (error !== undefined) return answer(400, JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${error}` }))
    if (name === 'DescribeTimeToLive') return answer(200, JSON.stringify({ TimeToLiveDescription: told }))
    if (name === 'UpdateTimeToLive') {
      const { Enabled, AttributeName } = JSON.parse(sent.toString()).TimeToLiveSpecification
      asked.push(AttributeName)
      told = { TimeToLiveStatus: Enabled ? 'ENABLING' : 'DISABLED', AttributeName }
      return answer(200, '{}')
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = from.headers
    const passed = await fetch(table.endpoint as string, {
      ...{ method: 'POST', headers: headers as Record<string, string>, body: new Uint8Array(sent) },
    })
    return answer(passed.status, await passed.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    address: { ...table, endpoint },
    asked,
    tell: (status: string, attribute: string) => {
      told = { TimeToLiveStatus: status, AttributeName: attribute }
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const off = expect.stringContaining('its time to live is off')

test('the time to live of a table is turned on where it is off, and another is left as it is', async () => {
  await using place = await withTimeToLive()
  expect((await checkTable(place.address)).warnings).toEqual([off])
  expect(await createTable(place.address)).toEqual({ isNew: false, warnings: [] })
  expect(await createTable(place.address)).toEqual({ isNew: false, warnings: [] })
  expect(place.asked).toEqual(['expires_at'])
  place.tell('ENABLED', 'other')
  const { warnings } = await createTable(place.address)
  expect(warnings).toEqual([expect.stringContaining('by other, and not by expires_at')])
  expect(place.asked).toHaveLength(1)
})

test('a new table has it from the beginning', async () => {
  await using place = await withTimeToLive()
  const address = { ...place.address, table: `millrace-test-${crypto.randomUUID()}` }
  expect(await createTable(address)).toEqual({ isNew: true, warnings: [] })
  expect(place.asked).toEqual(['expires_at'])
})

test('what knows no time to live, or does not let it be turned on, is told and used', async () => {
  const unknown = 'UnknownOperationException'
  await using emulator = await withTimeToLive({ DescribeTimeToLive: unknown, UpdateTimeToLive: unknown })
  expect((await createTable(emulator.address)).warnings).toEqual([expect.stringContaining('knows no time to live')])
  await using half = await withTimeToLive({ UpdateTimeToLive: unknown })
  expect((await createTable(half.address)).warnings).toEqual([off])
  await using kept = await withTimeToLive({ UpdateTimeToLive: 'AccessDeniedException' })
  expect((await createTable(kept.address)).warnings).toEqual([off])
  await using blind = await withTimeToLive({ DescribeTimeToLive: 'AccessDeniedException' })
  expect((await createTable(blind.address)).warnings).toEqual([expect.stringContaining('a permission is lacking')])
})

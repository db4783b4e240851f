import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { CommandProcess, runCommand } from '../cli/command.ts'
import { connected, type Host, startHost } from '../cli/host-cluster.ts'
import { type Serving, startServing } from '../cli/serving.ts'
import { tokenFor } from '../cli/token.ts'
import { eventSource } from '../http/stored.ts'
import { secretFor } from './deployment.ts'

const key = randomBytes(32).toString('hex')
let host: Host
let env: Record<string, string>
const folders: CommandProcess[] = []
const servers: Serving[] = []

beforeAll(async () => {
  host = await startHost()
  const store: Connection = await createDatabase(host.cluster.primary, 'reports')
  const { host: address, port, user, password, database } = host.primary
  env = {
    MILLRACE_TEST_KEY: key,
    MILLRACE_TEST_SECRET: JSON.stringify({ ...secretFor('standby', host.standby, host.primary), store }),
    MILLRACE_TEST_REPLICATION: JSON.stringify({ replication: { host: address, port, user, password, database } }),
  }
  expect((await runCommand(['apply'], { env })).exitCode).toBe(0)
}, 180_000)
afterAll(async () => {
  for (const { child } of folders) child.kill('SIGKILL')
  for (const server of servers) await server.end()
  await host?.close()
})

const insert = (id: number) =>
  connected(host.primary, async (client) => {
    await client.query(
      `insert into finding values ($1, 'lumen', 'group 0', 'CVE-1', 'critical', 1, now(), null, now()::timestamp)`,
      [id],
    )
    return (await client.query('select pg_current_wal_insert_lsn()::text as lsn')).rows[0].lsn as string
  })

async function read({ address }: Serving, position: string) {
  const authorization = `Bearer ${await tokenFor(key, 'lumen')}`
  const headers = { authorization, 'millrace-position': position }
  return (await fetch(`${address}/reports/active-findings/rows`, { headers })).json() as Promise<any>
}

test('two processes that serve and two that fold: what is written is read from each, and each tells of it', async () => {
  for (let at = 0; at < 2; at++) {
    folders.push(new CommandProcess(['fold', '--json'], { env }))
    servers.push(await startServing(['--port', '0'], env))
  }
  const [one, two] = servers as [Serving, Serving]
  await vi.waitFor(async () => expect(await read(one, '0/1')).toMatchObject({ engine: 'store' }), {
    timeout: 60_000,
    interval: 500,
  })
  const token = await tokenFor(key, 'lumen')
  const listening = await Promise.all([one, two].map(({ address }) => eventSource(address, token)))
  for (const events of listening) expect(await events.next()).toMatchObject({ event: 'hello' })
  const changed = async () => {
    for (const events of listening) {
      // A write of the host may change other reports, too.
      for (let told: unknown; told !== 'active-findings'; ) told = (await events.next()).data.report
    }
  }
  const before = await Promise.all([one, two].map((server) => read(server, '0/1')))
  const position = await insert(9_000_001)
  const after = await Promise.all([one, two].map((server) => read(server, position)))
  expect(after[0].rows).toEqual(after[1].rows)
  expect(after[0].rows).not.toEqual(before[0].rows)
  await changed()

  // The one that folds is killed, and the other goes on.
  const active = folders.find(({ stdout }) => stdout.includes('"type":"batch"') || stdout.includes('"type":"started"'))
  active?.child.kill('SIGKILL')
  await insert(9_000_002)
  await changed()

  // Whoever listens does not hold up the end of what serves.
  expect(await one.end()).toBe(0)
  await listening[0]?.ended
  listening[1]?.close()
}, 180_000)

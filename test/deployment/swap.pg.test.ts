import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StandaloneServer, startServer } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { runCommand } from '../cli/command.ts'
import { tenants } from '../cli/host.ts'
import { connected, type Host, startHost } from '../cli/host-cluster.ts'
import { type Serving, startServing } from '../cli/serving.ts'
import { tokenFor } from '../cli/token.ts'
import { makeAnalyticsDatabase } from './analytics-database.ts'
import { secretFor } from './deployment.ts'

const key = randomBytes(32).toString('hex')
const period = 'from=2025-06-01&to=2026-09-01'
const reads = [
  'active-findings/rows',
  'booking-comparison/rows',
  `bookings-by-station/rows?${period}`,
  `bookings-by-station/rows?${period}&channel=app&channel=other`,
  `channel-days/rows?${period}`,
  `finding-trend/rows?${period}`,
  'slow-findings/rows?seconds=0',
  'bookings-by-station/options/channel',
]

let folder: string
let host: Host
let server: StandaloneServer
let database: Connection

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-swap-'))
  host = await startHost()
  server = await startServer()
  // In another locale, as another server may be.
  database = await createDatabase(server, 'analytics', { locale: 'de-DE' })
  await connected(host.primary, (from) => connected(database, (admin) => makeAnalyticsDatabase(admin, from)))
}, 180_000)

afterAll(async () => {
  await host?.close()
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

/** What every tenant is answered, by tenant and read: the status, and the bytes of the rows. */
async function answers({ address }: Serving): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { id } of tenants) {
    const authorization = `Bearer ${await tokenFor(key, id)}`
    for (const read of reads) {
      const answer = await fetch(`${address}/reports/${read}`, { headers: { authorization } })
      const body = await answer.text()
      const rows = answer.ok ? body.slice(body.search(/"(rows|options)":/)) : JSON.parse(body).code
      found.set(`${id} ${read}`, `${answer.status} ${rows}`)
    }
  }
  return found
}

test('F1 a changed secret and a restart move every report to a purpose-built database: the rows are the same bytes', async () => {
  const file = join(folder, 'analytics.json')
  const env = { MILLRACE_TEST_ANALYTICS: `file:${file}`, MILLRACE_TEST_KEY: key }
  const keep = (secret: object) => writeFile(file, JSON.stringify(secret))

  await keep(secretFor('standby', host.standby, host.primary))
  const onStandby = await startServing(['--port', '0'], env)
  const before = await answers(onStandby)
  expect(await onStandby.end()).toBe(0)
  // Whatever is answered from here on comes from the other server.
  await host.close()

  await keep(secretFor('database', database))
  const checked = await runCommand(['check'], { env })
  expect(checked).toMatchObject({ exitCode: 0, stderr: '' })
  // Of the two columns that hold more digits here than the host's.
  expect(checked.stdout).toMatch(/\n6 reports checked for 3 tenants: 0 errors, 2 warnings\.\n$/)
  await using onDatabase = await startServing(['--port', '0'], env)
  const after = await answers(onDatabase)

  expect(Object.fromEntries(after)).toEqual(Object.fromEntries(before))
  const statuses = [...before.values()].map((answer) => Number(answer.slice(0, 3)))
  // The third tenant has no schema, and so no bookings.
  expect(statuses.filter((status) => status === 403).length).toBe(5)
  expect(statuses.filter((status) => status === 200).length).toBe(before.size - 5)
  expect([...before].filter(([, answer]) => answer.startsWith('200') && answer.includes(':[]'))).toEqual([])
})

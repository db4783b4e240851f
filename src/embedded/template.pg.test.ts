import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Server, startCluster } from './cluster.ts'
import { query } from './database.ts'

let templates: string

beforeEach(async () => {
  templates = await mkdtemp(join(tmpdir(), 'millrace-templates-'))
  await chmod(templates, 0o755)
  vi.stubEnv('MILLRACE_EMBEDDED_TEMPLATES', templates)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(templates, { recursive: true, force: true })
})

const identity = async ({ connection }: Server) =>
  (await query(connection, 'select system_identifier::text as id from pg_control_system()'))[0]?.id

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  test('each copy of a template is a system of its own, with a log that is replayed', async () => {
    const start = () => startCluster({ version, settings: { work_mem: '3MB' } })
    await using one = await start()
    await using other = await start()
    expect(await readdir(templates)).toEqual([String(version)])
    const identities = await Promise.all([one.primary, one.standby, other.primary].map(identity))
    expect(identities[1]).toBe(identities[0])
    expect(identities[2]).not.toBe(identities[0])
    const { connection } = one.primary
    await query(connection, 'create table kept as select 42 as answer')
    await one.primary.restart('kill')
    await one.caughtUp()
    expect(await query(one.standby.connection, 'select answer from kept')).toEqual([{ answer: 42 }])
    expect(await query(other.primary.connection, 'show work_mem')).toEqual([{ work_mem: '3MB' }])
    await expect(query({ ...connection, password: 'wrong' }, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  test('several processes that make the template at once have one of them', async () => {
    const clusters = await Promise.all([1, 2, 3].map(() => startCluster({ version, standby: false })))
    expect(await readdir(templates)).toEqual([String(version)])
    expect(new Set(await Promise.all(clusters.map(({ primary }) => identity(primary)))).size).toBe(3)
    for (const cluster of clusters) await cluster.close()
  })
})

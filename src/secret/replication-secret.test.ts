import { afterEach, expect, test, vi } from 'vitest'
import { loadReplicationSecret } from './load-secret.ts'
import { parseReplicationSecret } from './replication-secret.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const role = { host: 'primary.example', user: 'millrace_replication', password: 'qzjxkvw', database: 'app' }
const parse = (value: unknown) => parseReplicationSecret(JSON.stringify(value), async () => '{}')

test('the secret says how the replication role reaches the primary', async () => {
  const { replication } = await parse({ replication: role })
  expect({ ...replication, password: replication.password.reveal() }).toEqual({
    ...role,
    port: 5432,
    ssl: 'verify-full',
  })
  expect(Object.isFrozen(replication)).toBe(true)
})

test('the flat form that AWS writes for one database is the connection itself', async () => {
  const { user, database, ...rest } = role
  const { replication } = await parse({ ...rest, username: user, dbname: database, engine: 'postgres', port: 5433 })
  expect(replication).toMatchObject({ host: role.host, user, database, port: 5433 })
})

test('every wrong member is named at once, as it was written, and no value is', async () => {
  await expect(parse({ replication: { ...role, host: 5, password: undefined, extra: 1 } })).rejects.toMatchObject({
    code: 'SECRET_INVALID',
    detail:
      'replication.host: must be text; replication.password: is missing; replication.extra: is not a known member',
  })
  await expect(parse({ ...role, user: undefined, username: 7 })).rejects.toMatchObject({
    detail: 'username: must be text',
  })
  await expect(parse({ replica: role })).rejects.toMatchObject({
    detail: expect.stringContaining('replication: is missing'),
  })
  await expect(parse([])).rejects.toMatchObject({ code: 'SECRET_INVALID', detail: 'must be a JSON object' })
})

test('it is loaded from the place that its setting names, by its own name', async () => {
  vi.stubEnv('MILLRACE_TEST', JSON.stringify({ replication: role }))
  expect((await loadReplicationSecret('env:MILLRACE_TEST')).replication.user).toBe(role.user)
  vi.stubEnv('MILLRACE_TEST', '{"replication":{}}')
  await expect(loadReplicationSecret('env:MILLRACE_TEST')).rejects.toMatchObject({
    code: 'SECRET_INVALID',
    detail: expect.stringMatching(/^replication \(env:MILLRACE_TEST\): replication\.host: is missing/),
  })
})

import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { parseAnalyticsSecret } from './analytics-secret.ts'

const connection = { host: 'replica.example', user: 'reader', password: 'qzjxkvw', database: 'app' }
const replica = { ...connection, target: 'standby' }
const [certificate] = rootCertificates as [string]

/** The places that members name, in these tests. */
const places: Readonly<Record<string, string>> = {
  'aws-sm:rds!db-1': '{"username":"master","password":"qzjxkvw"}',
  'aws-sm:rotated':
    '{"engine":"postgres","host":"primary.example","username":"a","password":"qzjx","dbname":"b","ssl":true}',
  'file:/ca.pem': `# Amazon RDS\n${certificate}\n${certificate}\n`,
}

const parse = (secret: unknown) =>
  parseAnalyticsSecret(JSON.stringify(secret), async (place) => {
    const text = places[place]
    if (text === undefined) throw new MillraceError('SECRET_MISSING', 'there is no such place')
    return text
  })

async function problems(secret: unknown, code = 'SECRET_INVALID') {
  const error = await parse(secret).then(
    () => expect.fail('the secret was accepted'),
    (error: unknown) => error,
  )
  expect(error).toMatchObject({ code })
  expect(error).not.toHaveProperty('cause')
  return (error as MillraceError).detail.split('; ').sort()
}

test('a replica needs a host, a user, a password, a database and its target', async () => {
  const { replica: read, primary } = await parse({ replica })
  const { password, ...rest } = read
  expect(rest).toEqual({
    host: 'replica.example',
    port: 5432,
    user: 'reader',
    database: 'app',
    ssl: 'verify-full',
    target: 'standby',
  })
  expect(password.reveal()).toBe('qzjxkvw')
  expect(primary).toBeUndefined()
  expect(await problems({ replica: {} })).toEqual([
    'replica.database: is missing',
    'replica.host: is missing',
    'replica.password: is missing',
    'replica.target: is missing',
    'replica.user: is missing',
  ])
})

test('T5 the kind of the target is declared and has no default', async () => {
  expect(await problems({ replica: connection })).toEqual(['replica.target: is missing'])
  expect(await problems({ replica: { ...connection, target: 'replica' } })).toEqual([
    'replica.target: must be one of standby, database, primary',
  ])
  for (const target of ['standby', 'database', 'primary'])
    expect((await parse({ replica: { ...connection, target } })).replica.target).toBe(target)
})

test('a primary and a heartbeat are read', async () => {
  const heartbeat = { table: 'app.heartbeat', column: 'beat_at' }
  const secret = await parse({ replica: { ...replica, heartbeat }, primary: { ...connection, port: 6432 } })
  expect(secret.replica.heartbeat).toEqual({ schema: 'app', table: 'heartbeat', column: 'beat_at' })
  expect(secret.primary).toMatchObject({ host: 'replica.example', port: 6432 })
  expect(await problems({ replica, primary: { ...connection, target: 'primary', heartbeat } })).toEqual([
    'primary.heartbeat: is not a known member',
    'primary.target: is not a known member',
  ])
  expect(await problems({ replica: { ...replica, heartbeat: { table: 'beat', column: 'a"b', every: 5 } } })).toEqual([
    'replica.heartbeat.column: must be a column name',
    'replica.heartbeat.every: is not a known member',
    'replica.heartbeat.table: must be schema.table',
  ])
})

test('what is read is frozen in all its parts', async () => {
  const heartbeat = { table: 'app.heartbeat', column: 'beat_at' }
  const secret = await parse({ replica: { ...replica, heartbeat }, primary: connection })
  for (const part of [secret, secret.replica, secret.replica.heartbeat, secret.primary])
    expect(Object.isFrozen(part)).toBe(true)
})

test('a port may be a number or digits', async () => {
  expect((await parse({ replica: { ...replica, port: '6432' } })).replica.port).toBe(6432)
  for (const port of [0, 65_536, '0', '65536'])
    expect(await problems({ replica: { ...replica, port } })).toEqual(['replica.port: must be between 1 and 65535'])
  for (const port of ['', '5e3', '0x10', ' 1', null, true, [5432]])
    expect(await problems({ replica: { ...replica, port } })).toEqual(['replica.port: must be a number'])
  expect(await problems({ replica: { ...replica, port: 1.5 } })).toEqual(['replica.port: must be a whole number'])
})

test.each(['db', 'db_1.internal.example.', 'a.b-c.eu-west-1.rds.amazonaws.com', '10.0.0.1', '::1', 'fe80::1'])(
  '%s is a host',
  async (host) => {
    expect((await parse({ replica: { ...replica, host } })).replica.host).toBe(host)
  },
)

test.each(['db:5432', 'postgres://db', 'db/app', 'a b', '-db', '', '/var/run/postgresql', 'a,b', 'reader@db'])(
  '%s is no host',
  async (host) => {
    expect(await problems({ replica: { ...replica, host } })).toEqual([
      'replica.host: must be a host name or an IP address, without scheme and port',
    ])
  },
)

test('a connection is encrypted and verified unless it stays on the machine or says otherwise', async () => {
  const sslOf = async (members: object) => (await parse({ replica: { ...replica, ...members } })).replica.ssl
  expect(await sslOf({ host: '128.0.0.1' })).toBe('verify-full')
  expect(await sslOf({ host: 'localhost.example' })).toBe('verify-full')
  expect(await sslOf({ host: '127.0.0.1.example' })).toBe('verify-full')
  for (const host of ['localhost', '127.0.0.1', '::1']) {
    expect(await sslOf({ host })).toBe('disable')
    expect(await sslOf({ host, ssl: 'verify-full' })).toBe('verify-full')
  }
  expect(await sslOf({ ssl: 'require' })).toBe('require')
  expect(await sslOf({ ssl: 'disable' })).toBe('disable')
  expect(await sslOf({ ssl: true })).toBe('verify-full')
  expect(await sslOf({ ssl: false })).toBe('disable')
  expect(await problems({ replica: { ...replica, ssl: 'prefer' } })).toEqual([
    'replica.ssl: must be one of verify-full, require, disable',
  ])
})

test('certificates are PEM or the place of PEM, and only where they are checked', async () => {
  const caOf = async (ca: string) => (await parse({ replica: { ...replica, ca } })).replica.ca
  expect(await caOf(certificate)).toBe(certificate)
  expect(await caOf('file:/ca.pem')).toBe(places['file:/ca.pem'])
  const broken = certificate.replace(/\n[A-Za-z0-9+/]{20}/, '\n')
  for (const ca of [broken, `${certificate}\n${broken}`, '-----BEGIN CERTIFICATE-----', 'aws-sm:rds!db-1'])
    expect(await problems({ replica: { ...replica, ca } })).toEqual([
      'replica.ca: must hold certificates in PEM that can be read',
    ])
  for (const ssl of ['require', 'disable', false])
    expect(await problems({ replica: { ...replica, ssl, ca: certificate } })).toEqual([
      'replica.ca: is only read with ssl verify-full',
    ])
  expect(await problems({ replica: { ...replica, host: 'localhost', ca: certificate } })).toEqual([
    'replica.ca: is only read with ssl verify-full',
  ])
})

test('the JSON that AWS writes is a replica once it has a target', async () => {
  const aws = {
    engine: 'postgres',
    host: 'replica.example',
    username: 'reader',
    password: 'qzjxkvw',
    dbname: 'app',
    port: 6432,
    dbInstanceIdentifier: 'app-replica',
    masterarn: 'arn:aws:secretsmanager:eu-west-1:1:secret:master',
  }
  const expected = { host: 'replica.example', port: 6432, user: 'reader', database: 'app', target: 'standby' }
  for (const secret of [{ ...aws, target: 'standby' }, { replica: { ...aws, target: 'standby' } }])
    expect((await parse(secret)).replica).toMatchObject(expected)
  expect(await problems(aws)).toEqual(['target: is missing'])
  expect(await problems({ ...aws, engine: 'mysql', username: 5, dbname: '', extra: 1 })).toEqual([
    'dbname: must not be empty',
    'engine: must be one of postgres, aurora-postgresql',
    'extra: is not a known member',
    'target: is missing',
    'username: must be text',
  ])
})

test('a member under both of its names is refused', async () => {
  expect(await problems({ replica: { ...replica, username: 'other', dbname: 'other' } })).toEqual([
    'replica.dbname: is not a known member',
    'replica.username: is not a known member',
  ])
})

test('user and password may come from a secret of their own, and nothing else does', async () => {
  const { user: _, password: __, ...place } = connection
  const secret = await parse({
    replica: { ...place, target: 'standby', credentials: 'aws-sm:rotated' },
    primary: { ...place, credentials: 'aws-sm:rds!db-1' },
  })
  expect(secret.replica).toMatchObject({ host: 'replica.example', database: 'app', user: 'a' })
  expect(secret.replica.password.reveal()).toBe('qzjx')
  expect(secret.primary).toMatchObject({ user: 'master' })
  expect(secret.replica).not.toHaveProperty('credentials')
})

test('credentials that cannot be read are missing, and named with all else that is wrong', async () => {
  const { user: _, password: __, ...place } = connection
  const credentials = 'aws-sm:none'
  const bare = { ...place, target: 'standby' }
  expect(await problems({ replica: { ...bare, credentials } }, 'SECRET_MISSING')).toEqual([
    'replica.credentials: there is no such place',
  ])
  expect(await problems({ replica: { ...bare, credentials, port: 0 }, primary: { ...place, credentials } })).toEqual([
    'primary.credentials: there is no such place',
    'replica.credentials: there is no such place',
    'replica.port: must be between 1 and 65535',
  ])
  expect(await problems({ replica: { ...replica, credentials: 'aws-sm:rds!db-1' } })).toEqual([
    'replica.password: must not stand beside credentials, which give it',
    'replica.user: must not stand beside credentials, which give it',
  ])
  expect(await problems({ replica: { ...bare, credentials: 'file:/ca.pem' } })).toEqual([
    'replica.credentials: must name a JSON object with username and password',
  ])
})

test('what is not known is refused by its name, unless that may be a value', async () => {
  expect(await problems({ replica: { ...replica, applicationName: 'x' }, Replica: {} })).toEqual([
    'Replica: is not a known member',
    'replica.applicationName: is not a known member',
  ])
  expect(await problems({ replica: { ...replica, 'postgres://reader:qzjx@db': 1 } })).toEqual([
    'replica: has an unknown member whose name is not shown',
  ])
  expect(await problems({ ...replica, 'postgres://reader:qzjx@db': 1 })).toEqual([
    'the secret: has an unknown member whose name is not shown',
  ])
})

test('text that would end a field of the start message is refused', async () => {
  const cut = 'reader\0database\0other'
  expect(await problems({ replica: { ...replica, user: cut, password: cut, database: cut } })).toEqual([
    'replica.database: must not hold a zero byte',
    'replica.password: must not hold a zero byte',
    'replica.user: must not hold a zero byte',
  ])
})

test.each(['', 'qzjxkvw', '"qzjxkvw"', '["qzjxkvw"]', 'null', '5', '{"replica":{"password":"qzjx'])(
  'the text %s is no secret',
  async (text) => {
    const error = await parseAnalyticsSecret(text, () => expect.fail()).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'SECRET_INVALID', detail: 'must be a JSON object' })
  },
)

test('the examples of the reference are secrets', async () => {
  const reference = readFileSync(new URL('../../docs/reference/secret.md', import.meta.url), 'utf8')
  const examples = [...reference.matchAll(/```json\n([^`]*"target"[^`]*)```/g)].map(([, example]) => example as string)
  expect(examples).toHaveLength(3)
  for (const example of examples) {
    const secret = await parseAnalyticsSecret(example, async (place) =>
      place.startsWith('file:') ? certificate : '{"username":"master","password":"qzjxkvw"}',
    )
    expect(secret.replica).toMatchObject({ database: 'app', ssl: 'verify-full', target: 'standby' })
  }
})

test('a store is a connection with a schema; without one nothing is folded', async () => {
  const { store } = await parse({ replica, store: { ...connection, host: 'reports.example' } })
  expect(store).toMatchObject({ host: 'reports.example', port: 5432, ssl: 'verify-full', schema: 'reporting' })
  expect((await parse({ replica, store: { ...connection, schema: 'millrace' } })).store).toMatchObject({
    schema: 'millrace',
  })
  expect((await parse({ replica })).store).toBeUndefined()
  expect(await problems({ replica, store: { ...connection, schema: 'a"b', target: 'standby' } })).toEqual([
    'store.schema: must be the name of a schema',
    'store.target: is not a known member',
  ])
})

test('which reports the store answers, and which are compared, are lists of names', async () => {
  const about = async (members: object) => (await parse({ replica, store: { ...connection, ...members } })).store
  expect(await about({})).toMatchObject({ kind: 'postgres', reports: 'all', shadow: [] })
  expect(await about({ kind: 'postgres', reports: ['a'], shadow: ['b'] })).toMatchObject({
    reports: ['a'],
    shadow: ['b'],
  })
  expect(await about({ reports: 'all', shadow: ['a'] })).toMatchObject({ reports: 'all', shadow: ['a'] })
  const wrong = { kind: 'sqlite-7', reports: ['hush-hush', 7], shadow: 'hush-hush' }
  const said = await problems({ replica, store: { ...connection, ...wrong } })
  expect(said.map((each) => each.split(':')[0])).toEqual(['store.kind', 'store.reports', 'store.shadow'])
  expect(said.join()).not.toMatch(/hush|sqlite/)
  expect(await problems({ replica, store: { ...connection, reports: ['hush', 'b'], shadow: ['a', 'hush'] } })).toEqual([
    'store.shadow.1: is in reports, too: a report is answered by the store or compared with it',
  ])
})

test('the store’s connection may be written as AWS writes it', async () => {
  const { user, database, ...rest } = connection
  const aws = { ...rest, username: user, dbname: database, engine: 'postgres', dbInstanceIdentifier: 'reports' }
  expect((await parse({ replica, store: aws })).store).toMatchObject({ user, database })
})

const table = { engine: 'dynamodb', table: 'reports', region: 'eu-central-1' }

test('a store may be a table of DynamoDB: the secret holds where it is, and no credentials', async () => {
  const about = async (members: object) => (await parse({ replica, store: { ...table, ...members } })).store
  expect(await about({})).toEqual({
    ...{ kind: 'dynamodb', table: 'reports', region: 'eu-central-1' },
    ...{ reports: 'all', shadow: [] },
  })
  const endpoint = 'https://vpce-0a1-2b.dynamodb.eu-central-1.vpce.amazonaws.com'
  expect(await about({ endpoint, shadow: ['a'] })).toMatchObject({ endpoint, shadow: ['a'] })
  expect(await about({ endpoint: 'http://127.0.0.1:8000' })).toMatchObject({ endpoint: 'http://127.0.0.1:8000' })
  expect(await about({ region: 'us-gov-west-1' })).toMatchObject({ region: 'us-gov-west-1' })
  const { engine: _, ...rest } = table
  expect((await parse({ replica, store: { ...rest, kind: 'dynamodb' } })).store).toMatchObject({ kind: 'dynamodb' })
})

test('of a table every wrong member is named, and no value', async () => {
  const store = { ...connection, ...table, table: 'hush hush', region: 'HUSH', endpoint: 'hush', shadow: 'hush' }
  const said = await problems({ replica, store: { ...store, accessKeyId: 'hush' } })
  expect(said).toEqual([
    'store.accessKeyId: is not a known member',
    'store.database: is not a known member',
    'store.endpoint: must be a URL of http or https without a path',
    'store.host: is not a known member',
    'store.password: is not a known member',
    'store.region: must be the name of an AWS region',
    'store.shadow: must be a list of reports',
    'store.table: must be the name of a table: 3 to 255 letters, digits, underscores, points and hyphens',
    'store.user: is not a known member',
  ])
  expect(await problems({ replica, store: { engine: 'dynamodb' } })).toEqual([
    'store.region: is missing',
    'store.table: is missing',
  ])
  expect(await problems({ replica, store: { ...table, reports: ['a'], shadow: ['a'] } })).toEqual([
    'store.shadow.0: is in reports, too: a report is answered by the store or compared with it',
  ])
  expect(await problems({ replica, store: { ...connection, engine: 'hushdb' } })).toEqual([
    'store.engine: must be one of postgres, aurora-postgresql, dynamodb',
  ])
  const contradictions = [
    { ...table, kind: 'postgres' },
    { ...connection, engine: 'postgres', kind: 'dynamodb' },
  ]
  for (const store of contradictions)
    expect(await problems({ replica, store })).toEqual([expect.stringMatching(/^store.kind: /)])
})

test.each([
  'https://dynamodb.us-east-1.amazonaws.com',
  'https://dynamodb-fips.us-east-1.amazonaws.com',
  'https://123456789012.ddb.us-east-1.amazonaws.com',
  'https://dynamodb.us-east-1.api.aws',
  'https://vpce-1-2.dynamodb.us-east-1.vpce.amazonaws.com',
  'https://dynamodb.cn-north-1.amazonaws.com.cn',
])('an endpoint of another region than the declared one is refused: %s', async (endpoint) => {
  expect(await problems({ replica, store: { ...table, endpoint } })).toEqual([
    'store.endpoint: is that of another region than the one that region declares',
  ])
})

import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectionSettings } from './connection.ts'
import { isCredentialRefusal } from './rotation.ts'
import { tlsOptions } from './tls-options.ts'

const noOpenssl = spawnSync('openssl', ['version']).status !== 0
if (noOpenssl) console.warn('skipped: the tests of TLS make their certificates with openssl, which is not installed')

interface Certificate {
  readonly key: string
  readonly cert: string
}

let folder: string | undefined
let localhost: Certificate
let other: Certificate
const servers: Server[] = []

beforeAll(() => {
  if (noOpenssl) return
  folder = mkdtempSync(join(tmpdir(), 'millrace-tls-'))
  localhost = selfSigned(folder, 'localhost', 'DNS:localhost')
  other = selfSigned(folder, 'other', 'DNS:db.example')
})
afterAll(() => {
  for (const server of servers) server.close()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

function selfSigned(folder: string, name: string, subject: string): Certificate {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${subject}`]
  execFileSync('openssl', ['req', ...options, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

/** A server that takes PostgreSQL's request for TLS and then refuses whoever gets as far as naming a user. */
async function server(certificate: Certificate): Promise<number> {
  const listening = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (first) => {
      const asksForTls = first.readInt32BE(4) === 80_877_103
      if (!asksForTls) return refuse(socket, '28000')
      const encrypted = new TLSSocket(socket, { isServer: true, ...certificate })
      encrypted.on('error', () => {})
      encrypted.once('data', () => refuse(encrypted, '28P01'))
      socket.write('S')
    })
  })
  servers.push(listening)
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return (listening.address() as AddressInfo).port
}

function refuse(socket: { end(data: Buffer): unknown }, sqlState: string): void {
  const fields = Buffer.from(`SFATAL\0C${sqlState}\0Mrefused\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  socket.end(Buffer.concat([head, fields]))
}

/** The code of the error that the driver meets: 28P01 if it came to the user over TLS, 28000 if without. */
async function outcome(certificate: Certificate, connection: Pick<ConnectionSettings, 'ssl' | 'ca'>): Promise<string> {
  const client = new pg.Client({
    host: 'localhost',
    port: await server(certificate),
    user: 'reader',
    password: 'p',
    ssl: tlsOptions(connection),
  })
  const error = await client.connect().then(
    () => expect.fail('connected'),
    (error: unknown) => error,
  )
  expect(isCredentialRefusal(error)).toBe((error as { code: string }).code.startsWith('28'))
  return (error as { code: string }).code
}

test.skipIf(noOpenssl)(
  'T5 verify-full speaks only to a server whose certificate is trusted and names the host',
  async () => {
    expect(await outcome(localhost, { ssl: 'verify-full', ca: localhost.cert })).toBe('28P01')
    expect(await outcome(localhost, { ssl: 'verify-full' })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(await outcome(localhost, { ssl: 'verify-full', ca: other.cert })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(await outcome(other, { ssl: 'verify-full', ca: other.cert })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  },
)

test.skipIf(noOpenssl)('require encrypts and checks nothing', async () => {
  expect(await outcome(other, { ssl: 'require' })).toBe('28P01')
})

test.skipIf(noOpenssl)('disable does not encrypt', async () => {
  expect(await outcome(localhost, { ssl: 'disable' })).toBe('28000')
})

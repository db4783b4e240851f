import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '../../src/embedded/cluster.ts'
import { freePort } from '../../src/embedded/port.ts'
import { giveTo, unprivilegedAccount } from '../../src/embedded/unprivileged.ts'

export interface PgBouncer extends AsyncDisposable {
  readonly port: number
  close(): Promise<void>
}

export interface PgBouncerOptions {
  readonly server: Connection
  /** Who may enter, with what the server takes of them. */
  readonly users: readonly { readonly user: string; readonly password: string }[]
  /** Connections to the server for each user. */
  readonly poolSize: number
  /** Key and certificate that clients must speak TLS with. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer']

/** Where PgBouncer is; on a Debian machine whose root we are it is installed. Otherwise why there is none. */
export function findPgBouncer(): { readonly path: string } | { readonly reason: string } {
  const found = () => program.find((path) => spawnSync(path, ['--version']).status === 0)
  const path = found()
  if (path !== undefined) return { path }
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0)
    return { reason: 'PgBouncer is not installed, and this process may not install it' }
  const apt = (...command: string[]) =>
    spawnSync('apt-get', ['-q', '-y', ...command], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      encoding: 'utf8',
    })
  const install = () => apt('install', '--no-install-recommends', 'pgbouncer').status === 0
  if (!install()) {
    apt('update')
    if (!install()) return { reason: 'PgBouncer is not installed, and apt-get does not install it' }
  }
  const installed = found()
  return installed === undefined ? { reason: 'PgBouncer was installed and does not run' } : { path: installed }
}

/** PgBouncer in transaction mode before a server, with SCRAM on both sides. */
export async function startPgBouncer(path: string, options: PgBouncerOptions): Promise<PgBouncer> {
  const account = unprivilegedAccount()
  const folder = await mkdtemp(join(tmpdir(), 'millrace-pgbouncer-'))
  const port = await freePort()
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
  const files = {
    users: options.users.map(({ user, password }) => `${quote(user)} ${quote(password)}\n`).join(''),
    ...(options.tls && { key: options.tls.key, cert: options.tls.cert }),
    settings: `[databases]
* = host=${options.server.host} port=${options.server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users')}
pool_mode = transaction
default_pool_size = ${options.poolSize}
max_client_conn = 200
server_login_retry = 1
${options.tls ? `client_tls_sslmode = require\nclient_tls_key_file = ${join(folder, 'key')}\nclient_tls_cert_file = ${join(folder, 'cert')}\n` : ''}`,
  }
  await chmod(folder, 0o700)
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text, { mode: 0o600 })
    await giveTo(account, join(folder, name))
  }
  await giveTo(account, folder)
  const child = spawn(path, ['-q', join(folder, 'settings')], {
    ...(account && { uid: account.uid, gid: account.gid }),
    cwd: '/',
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
  const close = async () => {
    await end(child)
    await rm(folder, { recursive: true, force: true })
  }
  const stopWithProcess = () => child.kill('SIGKILL')
  process.once('exit', stopWithProcess)
  child.once('exit', () => process.off('exit', stopWithProcess))
  const deadline = Date.now() + 10_000
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await close()
      throw new Error(`PgBouncer does not listen: ${said}`)
    }
    await delay(10)
  }
  return { port, close, [Symbol.asyncDispose]: close }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGQUIT')
  await ended
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** A key and a certificate for `localhost`, made with openssl; undefined where it is not installed. */
export function selfSigned(): { readonly key: string; readonly cert: string } | undefined {
  if (spawnSync('openssl', ['version']).status !== 0) return undefined
  const pem = execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', '-', '-out', '-'],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const [key] = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(pem) ?? []
  const [cert] = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem) ?? []
  return key && cert ? { key: `${key}\n`, cert: `${cert}\n` } : undefined
}

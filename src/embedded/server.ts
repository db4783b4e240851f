import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../errors.ts'
import type { Binaries, Version } from './binaries.ts'
import type { Connection } from './connection.ts'
import { environment } from './execute.ts'
import { freePort } from './port.ts'
import type { Account } from './unprivileged.ts'

/** `fast` breaks off transactions and writes a checkpoint; `immediate` is a crash, recovered from at the next start. */
export type StopMode = 'fast' | 'immediate'

/** One running PostgreSQL server. Its port, once given, stays the same over restarts. */
export interface Server {
  readonly version: Version
  /** Where its `postgres` database is; the user is a superuser. */
  readonly connection: Connection
  readonly running: boolean
  /** The process id of the running server. */
  readonly pid: number | undefined
  readonly logFile: string
  readonly dataFolder: string
  /** Returns when it accepts connections. Does nothing where it runs already. */
  start(): Promise<void>
  /** Returns when the process has ended. `fast` becomes `immediate` after 30 s (a reader of changes that does not read holds it up). */
  stop(mode?: StopMode): Promise<void>
  restart(mode?: StopMode): Promise<void>
}

export interface ServerOptions {
  readonly version: Version
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly user: string
  readonly password: string
  readonly dataFolder: string
  readonly logFile: string
  /** Told the process id as soon as there is one. */
  readonly started: (pid: number) => void
}

/** Thrown inside `start` when the port has been taken by someone else since it was found free. */
const portTaken = Symbol('port taken')

export class EmbeddedServer implements Server {
  readonly #options: ServerOptions
  #process: ChildProcess | undefined
  #port: number | undefined

  constructor(options: ServerOptions) {
    this.#options = options
  }

  get version(): Version {
    return this.#options.version
  }

  get dataFolder(): string {
    return this.#options.dataFolder
  }

  get logFile(): string {
    return this.#options.logFile
  }

  get connection(): Connection {
    if (this.#port === undefined) throw new MillraceError('EMBEDDED_UNAVAILABLE', 'the server has not been started')
    const { user, password } = this.#options
    return { host: '127.0.0.1', port: this.#port, user, password, database: 'postgres' }
  }

  get running(): boolean {
    return this.pid !== undefined
  }

  get pid(): number | undefined {
    return this.#process?.exitCode === null && this.#process.signalCode === null ? this.#process.pid : undefined
  }

  async start(): Promise<void> {
    if (this.running) return
    for (let attempt = 1; ; attempt++) {
      const port = this.#port ?? (await freePort())
      try {
        await this.#startOn(port)
        this.#port = port
        return
      } catch (error) {
        if (error !== portTaken) throw error
        if (attempt === 20) throw this.#failure(`port ${port} is in use by another process`)
        await delay(this.#port === undefined ? 0 : 250)
      }
    }
  }

  async stop(mode: StopMode = 'fast'): Promise<void> {
    const child = this.#process
    if (!child || !this.running) return
    const ended = once(child, 'exit')
    child.ref()
    const escalation = mode === 'fast' ? (['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) : (['SIGQUIT', 'SIGKILL'] as const)
    for (const signal of escalation) {
      child.kill(signal)
      const patience = new AbortController()
      const wait = delay(signal === 'SIGINT' ? 30_000 : 5_000, false, { signal: patience.signal }).catch(() => false)
      const hasEnded = await Promise.race([ended.then(() => true), wait])
      patience.abort()
      if (hasEnded) return
    }
    await ended
  }

  async restart(mode: StopMode = 'fast'): Promise<void> {
    await this.stop(mode)
    await this.start()
  }

  async #startOn(port: number): Promise<void> {
    const { binaries, account, dataFolder, logFile, started } = this.#options
    const log = openSync(logFile, 'a')
    // A session of its own: Ctrl+C in a terminal goes to every process of the terminal's session, and how the server
    // then ends is the business of the process that owns it.
    const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', dataFolder, '-p', String(port)], {
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
      cwd: '/',
      env: environment,
      detached: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    if (child.pid !== undefined) started(child.pid)
    let failure: Error | undefined
    child.on('error', (error) => {
      failure = error
    })
    // A server does not keep the process that owns it alive.
    child.unref()
    this.#process = child
    const deadline = Date.now() + 60_000
    while (!(await this.#isReady(child))) {
      if (failure) throw this.#failure(`postgres could not be started: ${failure.message}`)
      if (!this.running) {
        const tail = await this.#logTail()
        throw /could not bind .*Address already in use/.test(tail) && /could not create any TCP\/IP sockets/.test(tail)
          ? portTaken
          : this.#failure(`postgres ended (${child.exitCode ?? child.signalCode}) as it started:\n${tail}`)
      }
      if (Date.now() > deadline) {
        await this.stop('immediate')
        throw this.#failure(`postgres was not ready in 60 s:\n${await this.#logTail()}`)
      }
      await delay(5)
    }
  }

  /** What `pg_ctl` looks at: line 8 of postmaster.pid, and line 1 to know it from a file that a crash has left. */
  async #isReady(child: ChildProcess): Promise<boolean> {
    const text = await readFile(join(this.dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')
    const lines = text.split('\n')
    return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready'
  }

  async #logTail(): Promise<string> {
    return (await readFile(this.logFile, 'utf8')).trimEnd().split('\n').slice(-12).join('\n')
  }

  #failure(detail: string): MillraceError {
    return new MillraceError('EMBEDDED_UNAVAILABLE', detail)
  }
}

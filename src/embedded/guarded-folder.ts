import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MillraceError } from '../errors.ts'
import { type Account, giveTo } from './unprivileged.ts'
import { folderPrefix, startWatchdog } from './watchdog.ts'

/**
 * A temporary folder that holds the data folders of servers, and goes together with those servers as soon as this
 * process ends, be it by `kill -9`.
 */
export interface GuardedFolder {
  readonly path: string
  /** To be told of each program started on the folder, at once and while the program names the folder on its command line. */
  readonly started: (pid: number) => void
  /** Ends the programs that still run, removes the folder, and returns when both are done. */
  remove(): Promise<void>
}

/** Makes a guarded folder that belongs to the account. */
export async function makeGuardedFolder(account: Account | undefined): Promise<GuardedFolder> {
  const path = await mkdtemp(join(tmpdir(), folderPrefix))
  const watchdog = startWatchdog(path)
  const ended = once(watchdog, 'exit').catch(() => {})
  const pipe = watchdog.stdin as Socket
  const remove = async () => {
    watchdog.ref()
    pipe.end()
    if (isRunning(watchdog)) await ended
    // The watchdog has done this, unless it was killed itself.
    await rm(path, { recursive: true, force: true })
  }
  if (watchdog.pid === undefined) {
    await remove()
    throw new MillraceError('EMBEDDED_UNAVAILABLE', 'there is no /bin/sh to end the servers with this process')
  }
  pipe.unref()
  pipe.on('error', () => {})
  await giveTo(account, path)
  return { path, remove, started: (pid) => pipe.write(`${pid}\n`) }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

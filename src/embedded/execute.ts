import { execFile } from 'node:child_process'
import type { Account } from './unprivileged.ts'

/** How a program ended: `code` is its exit status, or the system's word for why it could not be started (`EACCES`, `ENOENT`). */
export interface Ending {
  readonly code: number | string
  readonly output: string
}

/**
 * The environment of PostgreSQL's programs: nothing of our own, since a `PG…` variable would change what they do and a
 * secret has no place in a database server.
 */
export const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** Runs a program to its end under an account. Never throws for how the program ends. `started` gets its process id. */
export function execute(
  program: string,
  parameters: readonly string[],
  account: Account | undefined,
  started?: (pid: number) => void,
): Promise<Ending> {
  return new Promise((resolve) => {
    const owner = account ? { uid: account.uid, gid: account.gid } : {}
    const child = execFile(
      program,
      parameters,
      { ...owner, cwd: '/', env: environment, encoding: 'utf8' },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim()
        resolve(
          error ? { code: error.code ?? error.signal ?? 1, output: output || error.message } : { code: 0, output },
        )
      },
    )
    if (child.pid !== undefined) started?.(child.pid)
  })
}

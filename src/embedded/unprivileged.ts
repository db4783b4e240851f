import { readFileSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { MillraceError } from '../errors.ts'

/** The account that PostgreSQL's programs run under. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * The account to run PostgreSQL's programs under when this process is root, which PostgreSQL refuses to run as;
 * undefined when this process's own account will do.
 *
 * `initdb` looks its account up by number, so the account must be listed: `postgres` where a machine has it, else `nobody`.
 */
export function unprivilegedAccount(
  uid: number | undefined = process.getuid?.(),
  passwd: () => string = () => readFileSync('/etc/passwd', 'utf8'),
): Account | undefined {
  if (uid !== 0) return undefined
  const accounts = passwd()
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.find((account) => account[0] === name)
    const account = { name, uid: Number(fields?.[2]), gid: Number(fields?.[3]) }
    if (account.uid > 0 && account.gid >= 0) return account
  }
  throw new MillraceError(
    'EMBEDDED_UNAVAILABLE',
    'this process is root, PostgreSQL does not run as root, and /etc/passwd lists neither postgres nor nobody',
  )
}

/** Gives a file or folder to the account, where there is one. */
export async function giveTo(account: Account | undefined, path: string): Promise<void> {
  if (account) await chown(path, account.uid, account.gid)
}

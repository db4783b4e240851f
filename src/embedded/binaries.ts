import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../errors.ts'
import { readableCopy } from './binaries-copy.ts'
import { type Installed, installedBinaries, type Version } from './binaries-installed.ts'
import { makeLinks } from './binaries-links.ts'
import { type Ending, execute } from './execute.ts'
import type { Account } from './unprivileged.ts'

/** A folder with PostgreSQL's `bin`, `lib` and `share`. */
export type Binaries = string

const found = new Map<string, Promise<Binaries>>()

/** The binaries of a version, proved to run under the account. Looks once in the life of the process. */
export function findBinaries(version: Version, account: Account | undefined): Promise<Binaries> {
  const key = `${version} ${account?.name ?? ''}`
  let binaries = found.get(key)
  if (!binaries) {
    binaries = runnableBinaries(installedBinaries(version), account)
    found.set(key, binaries)
    binaries.catch(() => found.delete(key))
  }
  return binaries
}

/**
 * The installed binaries where the account can run them as they are, with their links made; else a copy of them in a
 * folder within `temporary` (the machine's temporary folder unless given).
 */
export async function runnableBinaries(
  installed: Installed,
  account: Account | undefined,
  temporary?: string,
): Promise<Binaries> {
  const linked = await makeLinks(installed.binaries)
  if (linked && (await trial(installed.binaries, account)).code === 0) return installed.binaries
  const copy = await readableCopy(installed, temporary)
  const ending = await trial(copy, account)
  if (ending.code === 0) return copy
  throw new MillraceError('EMBEDDED_UNAVAILABLE', explain(join(copy, 'bin', 'postgres'), ending, account))
}

/** Whether the account reaches the program, and the program its shared libraries, is what running it tells. */
function trial(binaries: Binaries, account: Account | undefined): Promise<Ending> {
  return execute(join(binaries, 'bin', 'postgres'), ['--version'], account)
}

function explain(program: string, ending: Ending, account: Account | undefined): string {
  if (ending.code === 'ENOENT' && existsSync(program))
    return `${program} was built for glibc, which this machine lacks (Alpine and other musl systems are not supported)`
  if (ending.code === 'EACCES')
    return `${program} may not be run${account ? ` by the user ${account.name}` : ''}: set TMPDIR to a folder that every user may read and that is not mounted noexec`
  return `${program} does not run (${ending.code}): ${ending.output}`
}

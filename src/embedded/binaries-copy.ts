import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, copyFile, lstat, mkdir, mkdtemp, readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MillraceError } from '../errors.ts'
import { makeLinks } from './binaries-links.ts'

/**
 * A copy of the binaries that every user may read, kept from run to run: needed where they are installed below a folder
 * that the unprivileged account may not enter, or where their links are missing and the installation is read-only.
 *
 * It appears whole or not at all (made aside, then renamed), so that processes which need it at once do not meet half of it.
 */
export async function readableCopy(binaries: string, version: number, within: string = tmpdir()): Promise<string> {
  const folder = await ownFolder(within)
  const { mtimeMs, size } = await lstat(join(binaries, 'bin', 'postgres'))
  const identity = createHash('sha256').update(`${binaries} ${mtimeMs} ${size}`).digest('hex').slice(0, 12)
  const copy = join(folder, `${version}-${identity}`)
  if (existsSync(copy)) return copy
  const aside = await mkdtemp(join(folder, 'making-'))
  try {
    await copyReadable(binaries, aside)
    await makeLinks(aside)
    await rename(aside, copy).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return copy
}

/** Programs are run from this folder, so one that another user can write to, or made before us, is refused. */
async function ownFolder(within: string): Promise<string> {
  const uid = process.getuid?.() ?? 0
  const folder = join(within, `millrace-postgres-binaries-${uid}`)
  await mkdir(folder, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0)
    throw new MillraceError(
      'EMBEDDED_UNAVAILABLE',
      `${folder} belongs to someone else or others may write to it; remove it`,
    )
  await chmod(folder, 0o755)
  return folder
}

async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await copyReadable(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else {
      await copyFile(source, target)
      await chmod(target, (await lstat(source)).mode & 0o100 ? 0o755 : 0o644)
    }
  }
}

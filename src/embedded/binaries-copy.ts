import { existsSync } from 'node:fs'
import { chmod, copyFile, lstat, mkdir, mkdtemp, readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MillraceError } from '../errors.ts'
import type { Installed } from './binaries-installed.ts'
import { makeLinks } from './binaries-links.ts'

/**
 * A copy of installed binaries that every user may read, kept from run to run: for an installation below a folder
 * that the unprivileged account may not enter, or one that lacks its links and cannot be written to.
 *
 * It appears whole or not at all (made aside, then renamed), so that processes which need it at once never meet half of it.
 */
export async function readableCopy({ binaries, release }: Installed, temporary: string = tmpdir()): Promise<string> {
  const folder = await ownFolder(temporary)
  const copy = join(folder, `${release}-${process.platform}-${process.arch}`)
  if (existsSync(copy)) return copy
  const aside = await mkdtemp(join(folder, 'unfinished-'))
  try {
    await copyReadable(binaries, aside)
    if (!(await makeLinks(aside)))
      throw new MillraceError('EMBEDDED_UNAVAILABLE', `the links of the shared libraries cannot be made in ${folder}`)
    await rename(aside, copy).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return copy
}

/** Programs are run out of this folder, so one that another user has made or may write to is refused. */
async function ownFolder(temporary: string): Promise<string> {
  const uid = process.getuid?.() ?? 0
  const folder = join(temporary, `millrace-postgres-binaries-${uid}`)
  const made = await mkdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
      return false
    },
  )
  if (made) await chmod(folder, 0o755)
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0)
    throw new MillraceError('EMBEDDED_UNAVAILABLE', `another user may have made or changed ${folder}; remove it`)
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

import { existsSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Makes the links between shared libraries that an npm package cannot hold. The package's install script makes the same
 * ones, but install scripts are often off. Several processes may do this at once: a link that is there already is left.
 *
 * Returns false where a link is missing and cannot be made (a read-only installation).
 */
export async function makeLinks(binaries: string): Promise<boolean> {
  let made = true
  for (const { source, target } of await links(binaries)) {
    // Both are named from the folder above the binaries, and stand in the same folder.
    const link = join(binaries, target.replace(/^native\//, ''))
    if (existsSync(link)) continue
    if (dirname(source) !== dirname(target)) throw new Error(`${target} does not stand beside ${source}`)
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') made = false
    })
  }
  return made
}

async function links(binaries: string): Promise<{ source: string; target: string }[]> {
  const list = join(binaries, 'pg-symlinks.json')
  return existsSync(list) ? JSON.parse(await readFile(list, 'utf8')) : []
}

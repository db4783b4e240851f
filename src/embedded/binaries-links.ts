import { existsSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/**
 * Makes the links between shared libraries that an npm package cannot hold. The package's install script makes the same
 * ones, but install scripts are often off. Several processes may do this at once: a link that is there already is left.
 *
 * Returns false where a link is missing and cannot be made (an installation that this process may not write to).
 */
export async function makeLinks(binaries: string): Promise<boolean> {
  let complete = true
  for (const { source, target } of await listedLinks(binaries)) {
    // Both are named from the folder above the binaries, as `native/lib/…`.
    const link = join(binaries, relative('native', target))
    await symlink(relative(dirname(target), source), link).catch(() => {
      if (!existsSync(link)) complete = false
    })
  }
  return complete
}

async function listedLinks(binaries: string): Promise<{ source: string; target: string }[]> {
  const list = join(binaries, 'pg-symlinks.json')
  return existsSync(list) ? JSON.parse(await readFile(list, 'utf8')) : []
}

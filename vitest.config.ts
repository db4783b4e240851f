import { statfsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const notPure = ['**/*.pg.test.ts', '**/*.browser.test.ts']

/** Where data folders of test clusters go: memory, where there is plenty of it, since they are thrown away. */
function temporaryFolder(): Record<string, string> {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize > 6 * 2 ** 30 ? { TMPDIR: '/dev/shm' } : {}
  } catch {
    return {}
  }
}

/** `unit` holds what needs no process of its own; the other projects start PostgreSQL clusters or a browser. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: notPure,
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          env: temporaryFolder(),
          include: ['src/**/*.pg.test.ts', 'test/**/*.pg.test.ts', 'examples/**/*.pg.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          env: temporaryFolder(),
          include: ['src/**/*.browser.test.ts', 'test/**/*.browser.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})

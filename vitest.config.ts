import { statfsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { SlowFirst } from './test/slow-first.ts'

const notPure = ['**/*.pg.test.ts', '**/*.dynamodb.test.ts', '**/*.browser.test.ts']

/** What needs nothing but this machine, and yet is not pure: other processes, servers on the loopback, the type checker. */
const local = [
  'examples/**/*.test.ts',
  'src/cli/*.test.ts',
  'src/client/client.test.ts',
  'src/http/{events,fuzz,openapi,server}.test.ts',
  'src/secret/{aws-secrets-manager,fetch,load-secret}.test.ts',
  'src/tenancy/allowlist.test.ts',
  'test/**/*.test.ts',
]

/** Where data folders of test clusters go: memory, where there is plenty of it, since they are thrown away. */
function temporaryFolder(): Record<string, string> {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize > 6 * 2 ** 30 ? { TMPDIR: '/dev/shm' } : {}
  } catch {
    return {}
  }
}

/** `unit` is pure; `local` needs this machine; the other projects start PostgreSQL clusters or a browser. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    setupFiles: ['test/property-seed.ts'],
    // What the SDK says of Node.js 20 is no news of a test.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    sequence: { sequencer: SlowFirst },
    // For a machine with much else to do.
    testTimeout: 40_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'bench/**/*.test.ts', 'test/architecture/*.test.ts'],
          exclude: [...notPure, ...local.filter((pattern) => !pattern.startsWith('test/'))],
          pool: 'threads',
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'local', include: local, exclude: [...notPure, 'test/architecture/**'] },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          env: temporaryFolder(),
          globalSetup: ['test/programs/compile.ts', 'test/cluster-templates.ts'],
          include: ['src/**/*.pg.test.ts', 'test/**/*.pg.test.ts', 'examples/**/*.pg.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          // Much of what these tests do is to wait for servers.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'dynamodb',
          include: ['src/**/*.dynamodb.test.ts', 'test/**/*.dynamodb.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 60_000,
          // One group has one number.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          env: temporaryFolder(),
          globalSetup: 'test/cluster-templates.ts',
          include: ['src/**/*.browser.test.ts', 'test/**/*.browser.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

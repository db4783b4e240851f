import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyticsRole } from '../deployment/deployment.ts'
import { runCommand } from './command.ts'
import type { Host } from './host-cluster.ts'

/** Values that stand in the secrets below, and that nobody may be shown. */
const canary = `canary${randomBytes(9).toString('hex')}`
const replica = {
  target: 'standby',
  host: `${canary}.example.com`,
  user: `${canary}-user`,
  password: `${canary}-password`,
  database: `${canary}-database`,
}

interface BootFailure {
  readonly title: string
  readonly secret?: unknown
  readonly setting?: string
  readonly code: string
  /** What the detail must name. */
  readonly names: readonly string[]
}

const wrongTypes = { replica: { ...replica, port: canary, target: canary, ssl: canary, password: 7, [canary]: 1 } }

const failures: readonly BootFailure[] = [
  {
    title: 'no such variable',
    code: 'SECRET_MISSING',
    names: ['analytics (env:MILLRACE_TEST_SECRET)'],
  },
  {
    title: 'no such file',
    setting: 'file:/nowhere/analytics.json',
    code: 'SECRET_MISSING',
    names: ['analytics (file:/nowhere/analytics.json)'],
  },
  {
    title: 'a setting that is the secret itself',
    setting: `postgres://${canary}:${canary}@${canary}/app`,
    code: 'CONFIG_INVALID',
    names: ['analytics: must begin with aws-sm:, file: or env:'],
  },
  {
    title: 'no JSON',
    secret: `{ "replica": { "password": "${canary}" `,
    code: 'SECRET_INVALID',
    names: ['analytics (env:MILLRACE_TEST_SECRET)', 'JSON'],
  },
  {
    title: 'fields of wrong types',
    secret: wrongTypes,
    code: 'SECRET_INVALID',
    names: [
      'replica.target: must be one of standby, database, primary',
      'replica.port: must be',
      'replica.ssl: must be one of',
      'replica.password: must be text',
      `replica.${canary}: is not a known member`,
    ],
  },
  {
    title: 'a primary of wrong types',
    secret: { replica, primary: { host: `https://${canary}`, user: '', password: canary, database: canary } },
    code: 'SECRET_INVALID',
    names: ['primary.host: must be a host name', 'primary.user: must not be empty'],
  },
]

/** A boot that fails ends the process, and says which setting and which field, and no value. */
export function bootFailureTests(host: () => Host): void {
  describe('serve, where it cannot boot', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'millrace-boot-'))
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const boot = async ({ secret, setting }: Pick<BootFailure, 'secret' | 'setting'>, ...args: readonly string[]) => {
      const text = secret === undefined || typeof secret === 'string' ? secret : JSON.stringify(secret)
      const env = {
        ...(text === undefined ? {} : { MILLRACE_TEST_SECRET: text as string }),
        ...(setting === undefined ? {} : { MILLRACE_TEST_ANALYTICS: setting }),
      }
      return runCommand(['serve', '--port', '0', ...args], { env })
    }

    test.each(failures)('$title: 78, $code', async ({ code, names, ...given }) => {
      const { exitCode, stdout, stderr } = await boot(given)
      expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' })
      expect(stderr).toContain(`(${code})\n`)
      for (const name of names) expect(stderr).toContain(name)
      expect(stderr).toMatch(/\n {2}Next: \S.*\n$/)
      // The name of an unknown member is shown; every value is not.
      expect(stderr.replace(`replica.${canary}: is not`, '')).not.toContain(canary)
      expect(stderr).not.toMatch(/\n\s+at /)
    })

    test('--json says the same as one document; --debug adds where, and still no value', async () => {
      const { exitCode, stdout, stderr } = await boot({ secret: wrongTypes }, '--json')
      expect({ exitCode, stderr }).toEqual({ exitCode: 78, stderr: '' })
      expect(JSON.parse(stdout).error).toMatchObject({
        code: 'SECRET_INVALID',
        detail: expect.stringContaining('replica.port: '),
        next: expect.stringContaining('docs/reference/secret.md'),
      })
      const debug = await boot({ secret: { replica: { ...wrongTypes.replica, [canary]: undefined } } }, '--debug')
      expect(debug.stderr).toMatch(/\n\s+at /)
      expect(debug.stderr).not.toContain(canary)
    })

    test('T5 a target that is not what the secret declares: 78, TARGET_REFUSED', async () => {
      const { host: address, port, database } = host().primary
      const target = { target: 'standby', host: address, port, database, ...analyticsRole }
      const { exitCode, stdout, stderr } = await boot({ secret: { replica: target } })
      expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' })
      expect(stderr).toContain('(TARGET_REFUSED)')
      expect(stderr).toContain('replica.target declares a standby, but the server is not in recovery')
      for (const value of [address, String(port), analyticsRole.password]) expect(stderr).not.toContain(value)
    })

    test('a report file that cannot be loaded: 78, with its name', async () => {
      const config = join(folder, 'millrace.config.mjs')
      await writeFile(
        config,
        `import { defineConfig } from 'millrace'
        export default defineConfig({ reports: '*.report.ts', analytics: 'env:X', tenants: [{ id: 'a' }], viewer: () => null })`,
      )
      await writeFile(
        join(folder, 'broken.report.ts'),
        `import { report } from 'millrace'\nexport default report({ name: 'a'`,
      )
      const { exitCode, stderr } = await runCommand(['serve', '--config', config])
      expect(exitCode).toBe(78)
      expect(stderr).toContain('(FILE_INVALID)')
      expect(stderr).toContain('broken.report.ts:2:')
    })
  })
}

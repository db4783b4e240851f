import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTables, type Tables } from '../dynamodb/tables.ts'
import { runCommand } from './command.ts'
import type { Host } from './host-cluster.ts'
import { preparing } from './prepare.ts'

/** Where the analytics secret names a table of DynamoDB. */
export function prepareTableTests(host: () => Host): void {
  const { environment } = preparing(host)

  describe('a table for the store', { timeout: 180_000 }, () => {
    let tables: Tables
    beforeAll(async () => {
      tables = await openTables()
    })
    afterAll(() => tables?.close())

    /** As `preparing` has it, with a store that is such a table. */
    function stored(database: string, store: object): Record<string, string> {
      const { MILLRACE_TEST_SECRET: secret = '', ...rest } = environment(database, 'owner')
      const { region, endpoint, credentials } = tables.place
      return {
        ...rest,
        MILLRACE_TEST_SECRET: JSON.stringify({
          ...JSON.parse(secret),
          store: { engine: 'dynamodb', table: `made-${crypto.randomUUID()}`, region, endpoint, ...store },
        }),
        AWS_ACCESS_KEY_ID: credentials?.accessKeyId ?? process.env.AWS_ACCESS_KEY_ID ?? '',
        AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? process.env.AWS_SECRET_ACCESS_KEY ?? '',
      }
    }

    test('plan says that it is to be made, --sql how, apply makes it once, and doctor says what it lacks', async () => {
      await host().copyWith('with_table', '')
      const env = stored('with_table', {})
      const plan = await runCommand(['plan'], { env })
      expect(plan.stdout).toMatch(/\nThe reporting store\n {2}table made-\S+ of DynamoDB in eu-central-1\n/)
      expect(plan.stdout).toMatch(/7 statements to run, the table of the store to be made\. Next: millrace apply/)
      const script = (await runCommand(['plan', '--sql'], { env })).stdout
      expect(script).toMatch(
        /\n-- {3}aws dynamodb create-table --region eu-central-1 --table-name made-\S+ --billing-mode/,
      )
      const before = await runCommand(['doctor'], { env })
      expect(before.stdout).toMatch(/error +table made-\S+ of DynamoDB in eu-central-1\n/)
      expect(before.stdout).toContain('run millrace apply, which makes it')

      const applied = await runCommand(['apply'], { env })
      expect(applied.stdout).toMatch(/^done {2}table made-\S+ of DynamoDB in eu-central-1\n/)
      const again = JSON.parse((await runCommand(['apply', '--json'], { env })).stdout)
      expect(again).toMatchObject({ steps: [], table: { region: 'eu-central-1', isMade: false } })
      expect((await runCommand(['plan'], { env })).stdout).toMatch(/\n3 tables: prepared\.\n$/)
      const doctor = JSON.parse((await runCommand(['doctor', '--json'], { env })).stdout)
      const store = doctor.parts.find(({ name }: { name: string }) => name === 'store')
      expect(store).toMatchObject({
        state: 'warning',
        facts: [expect.stringContaining('made-'), expect.any(String), 'it can be reached'],
      })
      const status = await runCommand(['status'], { env })
      expect(status).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was folded yet') })
    })

    test('one whose keys are others is refused before anything is run, and left as it is', async () => {
      await host().copyWith('with_other_table', '')
      const table = await tables.other()
      const env = stored('with_other_table', { table })
      const refused = await runCommand(['apply'], { env })
      expect(refused).toMatchObject({
        exitCode: 78,
        stdout: '',
        stderr: expect.stringContaining('its key is (id HASH)'),
      })
      expect((await runCommand(['plan'], { env })).stdout).toContain('  refusal  ')
    })
  })
}

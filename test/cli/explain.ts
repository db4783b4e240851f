import { describe, expect, test } from 'vitest'
import { runCommand } from './command.ts'
import type { Host } from './host-cluster.ts'

const period = ['--param', 'from=2026-01-01', '--param', 'to=2026-07-01']

export function explainTests(host: () => Host): void {
  describe('explain', () => {
    const explain = (...args: readonly string[]) =>
      runCommand(['explain', ...args], { env: { MILLRACE_TEST_SECRET: host().standbySecret } })

    test('T3 shows the statement, its values, the scope and the plan, and does not run it', async () => {
      const { exitCode, stdout, stderr } = await explain('bookings-by-station', '--tenant', 'hudson', ...period)
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout.match(/^\S.*$/gm)).toEqual(['Statement', 'Values', 'Scope', 'Plan'])
      expect(stdout).toContain('from "booking" t')
      expect(stdout).toMatch(/ {2}\$1 {2}"2026-01-01"\n {2}\$2 {2}"2026-07-01"\n/)
      expect(stdout).toContain('tenant hudson: search_path is "hudson"')
      expect(stdout).toContain('the labels of station are read by a second statement')
      expect(stdout).toMatch(/Scan.* on booking .*\(cost=/)
      expect(stdout).not.toContain('actual time')
    })

    test('T4 --analyze runs it, with the tenant as the first predicate, and shows what it took', async () => {
      const restricted = ['--attribute', 'groups=group 1']
      const { stdout } = await explain('active-findings', '--tenant', 'lumen', '--analyze', ...restricted)
      expect(stdout).toMatch(/where t\."tenant_id" = \$1\n/)
      expect(stdout).toMatch(/ \$1 {2}"lumen"\n/)
      expect(stdout).toMatch(/\nPlan, as it ran as of \d{4}-\d\d-\d\d /)
      expect(stdout).toMatch(/actual time=.*rows=/)
      expect(stdout).toMatch(/Execution Time: [\d.]+ ms/)
      expect(stdout).toContain('Buffers: ')
    })

    test('--json has the same as one document; a raw report stands on its scoped sources', async () => {
      const { stdout } = await explain('channel-days', '--tenant', 'havel', '--json', ...period)
      const explained = JSON.parse(stdout)
      expect(explained).toMatchObject({
        report: 'channel-days',
        tenant: 'havel',
        tenancy: 'schema',
        analyzed: false,
        statement: {
          text: expect.stringMatching(/^with "booking" as not materialized/),
          values: ['2026-01-01', '2026-07-01'],
        },
      })
      expect(explained.plan.join('\n')).toMatch(/on booking/)
    })

    test('T4 a raw report that reads more than its sources is not run', async () => {
      const args = ['unscoped', '--tenant', 'havel', '--analyze', '--config', 'unscoped.config.ts']
      const { exitCode, stdout, stderr } = await explain(...args)
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
      expect(stderr).toContain('the plan reads public.finding, which no hole names')
    })
  })
}

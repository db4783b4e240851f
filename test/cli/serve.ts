import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { secretFor } from '../deployment/deployment.ts'
import { bootFailureTests } from './boot-failures.ts'
import { runCommand } from './command.ts'
import { halfYear } from './half-year.ts'
import { type Host, statementRuns } from './host-cluster.ts'
import { startServing } from './serving.ts'
import { tokenFor } from './token.ts'

const key = '5e'.repeat(32)

export function serveTests(host: () => Host): void {
  const environment = () => ({ MILLRACE_TEST_SECRET: host().standbySecret, MILLRACE_TEST_KEY: key })

  describe('serve', () => {
    test('says where it listens, answers over HTTP, and ends on SIGTERM with 0', async () => {
      await using serving = await startServing(['--port', '0'], environment())
      const said = `millrace serves 6 reports at ${serving.address}; Ctrl+C ends it\n`
      expect(serving.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      const authorization = `Bearer ${await tokenFor(key, 'hudson')}`
      const path = `/reports/bookings-by-station/rows?from=${halfYear.from}&to=${halfYear.to}`
      const answer = await fetch(serving.address + path, { headers: { authorization } })
      const { rows, asOf } = (await answer.json()) as any
      expect({ status: answer.status, rows: rows.length, asOf: typeof asOf }).toEqual({
        status: 200,
        rows: 3,
        asOf: 'string',
      })
      expect((await fetch(`${serving.address}/reports`)).status).toBe(401)
      expect((await fetch(`${serving.address}/health/ready`)).status).toBe(200)
      expect(await (await fetch(`${serving.address}/metrics`)).text()).toMatch(
        /millrace_reads_total\{report="bookings-by-station",event="report.read",engine="replica",status="200"\} 1/,
      )
      serving.process.child.kill('SIGTERM')
      const { exitCode, stdout, stderr } = await serving.process.ended
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: said })
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.filter(({ audit }) => audit === true)).toMatchObject([
        {
          event: 'report.read',
          report: 'bookings-by-station',
          tenant: 'hudson',
          subject: 'tester',
          outcome: 'answered',
        },
      ])
    })

    test('what is under way when it is asked to end is answered first', async () => {
      await using serving = await startServing(['--port', '0'], environment())
      const authorization = `Bearer ${await tokenFor(key, 'lumen')}`
      const slow = fetch(`${serving.address}/reports/slow-findings/rows?seconds=1.5`, { headers: { authorization } })
      await statementRuns(host(), 'millrace slow-findings')
      serving.process.child.kill('SIGTERM')
      const answer = await slow
      expect({ status: answer.status, rows: ((await answer.json()) as any).rows }).toEqual({
        status: 200,
        rows: [{ findings: '800' }],
      })
      expect((await serving.process.ended).exitCode).toBe(0)
    })

    test('Ctrl+C ends it too; --json keeps standard error empty', async () => {
      const serving = await startServing(['--port', '0', '--json'], environment())
      serving.process.child.kill('SIGINT')
      expect(await serving.process.ended).toMatchObject({ exitCode: 0, stderr: '' })
    })

    test('T5 every start warns of the transactional database', async () => {
      const secret = JSON.stringify(secretFor('primary', host().primary))
      await using serving = await startServing(['--port', '0'], { ...environment(), MILLRACE_TEST_SECRET: secret })
      const warned = 'reports run on the transactional database (replica.target is primary): make a read replica'
      expect(serving.process.stderr).toContain(`warning: ${warned}\n`)
      expect(serving.process.stdout).toMatch(
        new RegExp(`"level":"warn".*"msg":"${warned.replaceAll(/[().]/g, '\\$&')}"`),
      )
    })

    test('an address that is taken is an error that names it', async () => {
      const taken = createServer().listen(0, '127.0.0.1')
      await once(taken, 'listening')
      const { port } = taken.address() as { port: number }
      const { exitCode, stderr } = await runCommand(['serve', '--port', String(port)], { env: environment() })
      taken.close()
      expect(exitCode).toBe(1)
      expect(stderr).toContain(`127.0.0.1, port ${port}: another process listens there`)
      expect(stderr).toContain('(LISTEN_FAILED)')
    })
  })

  bootFailureTests(host)
}

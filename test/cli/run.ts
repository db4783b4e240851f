import { describe, expect, test } from 'vitest'
import { CommandProcess, runCommand } from './command.ts'
import { halfYear } from './half-year.ts'
import { type Host, runningStatements, statementRuns } from './host-cluster.ts'

const period = ['--param', `from=${halfYear.from}`, '--param', `to=${halfYear.to}`]
const station = ['bookings-by-station', '--tenant', 'hudson', ...period]
const half = `booked_on >= '${halfYear.from}' and booked_on < '${halfYear.to}'`

export function runTests(host: () => Host): void {
  describe('run', () => {
    const run = (...args: readonly string[]) =>
      runCommand(['run', ...args], { env: { MILLRACE_TEST_SECRET: host().standbySecret } })

    test('F1 T7 shows the rows as an aligned table and how current they are, and leaves an audit line', async () => {
      const { exitCode, stdout, stderr } = await run(...station)
      expect(exitCode).toBe(0)
      const expected = await host().rows<{ station: string; bookings: string; revenue: string }>(
        `select station_id::text as station, count(*)::text as bookings, sum(total)::text as revenue
         from hudson.booking where ${half} group by station_id order by sum(total) desc`,
      )
      expect(expected.length).toBe(3)
      const [header, rule, ...lines] = stdout.split('\n')
      expect(header).toBe('station  stationLabel  bookings  nights (night)  revenue (EUR)')
      expect(rule).toBe('-------  ------------  --------  --------------  -------------')
      const cells = (line: string) => line.trim().split(/ {2,}/)
      const found = lines.slice(0, 3).map((line) => {
        const [station, , bookings, , revenue] = cells(line)
        return { station, bookings, revenue }
      })
      expect(found).toEqual(expected)
      expect(lines[0]).toMatch(/^ {6}\d {2}.*\.\d\d$/)
      expect(lines.slice(4).join('\n')).toMatch(
        /^3 rows, as of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC \(\d+\.\d s behind\), answered by the replica in [\d.]+ m?s; days are those of America\/New_York\n$/,
      )
      expect(stdout + stderr).not.toContain('\u001b')

      const audit = JSON.parse(stderr)
      expect(audit).toMatchObject({
        audit: true,
        event: 'report.read',
        report: 'bookings-by-station',
        tenant: 'hudson',
        subject: expect.stringMatching(/^operator:./),
        parameters: ['from', 'to'],
        outcome: 'answered',
        rows: 3,
      })
      expect(stderr).not.toContain(halfYear.from)
    })

    test('F1 --json writes the answer as HTTP has it; a filter that is repeated takes several values', async () => {
      const { exitCode, stdout } = await run(...station, '--param', 'channel=app', '--param', 'channel=other', '--json')
      expect(exitCode).toBe(0)
      const answer = JSON.parse(stdout)
      expect(answer).toMatchObject({ report: 'bookings-by-station', engine: 'replica', stale: false })
      expect(answer.columns.map(({ name }: { name: string }) => name)).toEqual(Object.keys(answer.rows[0]))
      const bookings = answer.rows.reduce((sum: number, row: { bookings: number }) => sum + row.bookings, 0)
      const [expected] = await host().rows<{ n: string }>(
        `select count(*) as n from hudson.booking where ${half} and channel not in ('web', 'phone')`,
      )
      expect(bookings).toBe(Number(expected?.n))
      expect(bookings).toBeGreaterThan(0)
    })

    test('T7 without the attribute that restricts it a report has no row, and a note says so', async () => {
      const active = ['active-findings', '--tenant', 'lumen']
      const without = await run(...active)
      expect(without.stdout).toContain('\n0 rows, ')
      expect(without.stderr).toContain('Note: the report is restricted; without --attribute groups=… there is no row.')
      const restricted = await run(...active, '--attribute', 'groups=group 1', '--json')
      const groups = JSON.parse(restricted.stdout).rows.map(({ group }: { group: string }) => group)
      expect(new Set(groups)).toEqual(new Set(['group 1']))
    })

    test('T2 a tenant that is not on the allowlist is refused, with the one that was probably meant', async () => {
      const { exitCode, stdout, stderr } = await run('booking-comparison', '--tenant', 'havl')
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toContain('--tenant: "havl" is not on the allowlist; did you mean "havel"?')
    })

    test('Ctrl+C cancels the statement on the server and ends with 130', async () => {
      const env = { MILLRACE_TEST_SECRET: host().standbySecret }
      const args = ['run', 'slow-findings', '--tenant', 'havel', '--param', 'seconds=12']
      const running = new CommandProcess(args, { env })
      await statementRuns(host(), 'millrace slow-findings')
      running.child.kill('SIGINT')
      const { exitCode, stdout, stderr } = await running.ended
      expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
      expect(stderr).toMatch(
        /"outcome":"cancelled".*\nmillrace: Interrupted \(INTERRUPTED\)\n {2}ended by SIGINT; what ran was cancelled\n$/,
      )
      expect(await runningStatements(host(), 'millrace slow-findings')).toBe(0)
    })

    test('a target that is away is said to be, and neither its host nor its port', async () => {
      const { replica } = JSON.parse(host().standbySecret)
      const { exitCode, stdout, stderr } = await runCommand(['run', 'booking-comparison', '--tenant', 'havel'], {
        env: { MILLRACE_TEST_SECRET: JSON.stringify({ replica: { ...replica, port: 1 } }) },
      })
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
      expect(stderr).toContain('warning: the analytics target cannot be reached yet')
      expect(stderr).toContain('(TENANTS_UNAVAILABLE)')
      expect(stderr).toContain('(ECONNREFUSED)')
      expect(stderr).not.toContain('127.0.0.1')
    })
  })
}

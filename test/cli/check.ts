import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/query/finding.ts'
import { secretFor } from '../deployment/deployment.ts'
import { runCommand } from './command.ts'
import { connected, type Host } from './host-cluster.ts'

/** Each breaks what a report needs, in one of the tenants' schemas or in the table that they share. */
const faults = `
alter table havel.booking drop column nights;
alter table havel.booking alter column channel type integer using 1;
revoke select on havel.station from analytics;
drop table hudson.station;
drop index hudson.booking_booked_on;
drop index public.finding_tenant;
alter table public.finding alter column first_seen_at type timestamp;
alter table public.finding alter column scanned_at type timestamptz;
alter table public.finding alter column cvss type numeric(5, 3);
alter table public.finding alter column cve drop not null;
delete from public.finding where severity = 'low';
alter table public.finding alter column severity type text;
drop type public.severity;
create type public.severity as enum ('critical', 'high', 'urgent');
alter table public.finding alter column severity type public.severity using severity::public.severity`

const notTried = (report: string) => [
  `warning report "${report}": was not tried, since its source has errors`,
  'mend the source first',
]

/** What is found of them, each with its next step. */
const expected: readonly (readonly string[])[] = [
  ['error source "booking": column "channel": is integer, and is declared as enum (havel)', 'declare it as integer()'],
  [
    'error source "booking": column "nights": the table has no such column (havel)',
    'correct its name, or give it one with { column: … }',
  ],
  ['error source "station": the role may not read it (havel)', 'grant select on "station" to the role of the replica'],
  [
    'error source "station": there is no "station" that the role can see (hudson)',
    'create it, or grant usage on its schema to the role',
  ],
  [
    'warning source "booking": no index begins with "booked_on": a read will scan the whole table when it has grown (hudson)',
    'create index concurrently on "booking" ("booked_on")',
  ],
  [
    'warning source "finding": no index begins with "tenant_id": a read will scan the whole table when it has grown',
    'create index concurrently on "public"."finding" ("tenant_id", "first_seen_at")',
  ],
  [
    'error source "finding": column "first_seen_at": is timestamp without time zone, and is declared as a timestamp with time zone',
    "declare it as timestamp({ timeZone: '…' }), with the zone whose local time it holds",
  ],
  [
    'error source "finding": column "scanned_at": is timestamp with time zone, and is declared as a timestamp without time zone, of Europe/Berlin',
    'declare it as timestamp()',
  ],
  [
    'warning source "finding": column "cvss": holds 3 digits after the point, read rounded to 1',
    'declare it as decimal({ scale: 3 }), or accept the rounding',
  ],
  [
    'warning source "finding": column "cve": may be null, and is declared as never null',
    'declare it as nullable(…), or set it not null',
  ],
  [
    `error source "finding": column "severity": the database's enum has no 'low'`,
    "leave it out, or add it: alter type … add value 'low'",
  ],
  [
    `warning source "finding": column "severity": the database's enum also has 'urgent', read as other`,
    'add it to the declared values, or accept that it is read as other',
  ],
  ...['active-findings', 'bookings-by-station', 'finding-trend', 'slow-findings'].map(notTried),
]

const brief = ({ severity, about, problem, tenants, next }: Finding) => [
  `${severity} ${about}: ${problem}${tenants === undefined ? '' : ` (${tenants.join(', ')})`}`,
  next,
]

export function checkTests(host: () => Host): void {
  describe('check', () => {
    const run = (secret: string | object, ...args: readonly string[]) =>
      runCommand(['check', ...args], {
        env: { MILLRACE_TEST_SECRET: typeof secret === 'string' ? secret : JSON.stringify(secret) },
      })
    const findings = async (secret: string | object, ...args: readonly string[]): Promise<readonly Finding[]> => {
      const { exitCode, stdout, stderr } = await run(secret, '--json', ...args)
      const checked = JSON.parse(stdout)
      expect({ exitCode, stderr }).toEqual({ exitCode: checked.errors === 0 ? 0 : 1, stderr: '' })
      return checked.findings
    }

    test('finds nothing where all is well', async () => {
      const { exitCode, stdout, stderr } = await run(host().standbySecret)
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 0,
        stdout: '6 reports checked for 3 tenants: all well.\n',
        stderr: '',
      })
    })

    test('names everything that does not fit the database, for each tenant, with what mends it', async () => {
      const secret = await host().copyWith('broken', faults)
      const found = (await findings(secret)).map(brief)
      expect([...found].sort()).toEqual([...expected].sort())

      const { exitCode, stdout } = await run(secret)
      expect(exitCode).toBe(1)
      for (const [, next] of expected) expect(stdout).toContain(`next: ${next}\n`)
      expect(stdout).toContain(
        '\nsource "booking"\n  error    column "channel": is integer, and is declared as enum (tenant havel)\n',
      )
      expect(stdout).toMatch(/\n6 reports checked for 3 tenants: 7 errors, 9 warnings\.\n$/)
    })

    test('an index that it proposes can be made as it is written', async () => {
      const secret = await host().copyWith('without_index', 'drop index public.finding_tenant')
      const [missing, ...others] = await findings(secret)
      expect({ ...missing, others }).toMatchObject({ severity: 'warning', about: 'source "finding"', others: [] })
      const indexes = await connected({ ...host().primary, database: 'without_index' }, async (admin) => {
        await admin.query((missing as Finding).next)
        return (await admin.query(`select indexdef from pg_indexes where tablename = 'finding'`)).rows
      })
      expect(indexes).toContainEqual({ indexdef: expect.stringContaining('(tenant_id, first_seen_at)') })
    })

    test('T4 refuses a raw report whose plan reads a relation that is no source of it', async () => {
      const found = await findings(host().standbySecret, '--config', 'unscoped.config.ts')
      expect(found.map(brief)).toEqual([
        [
          'error report "unscoped": column "worst" is text, and is declared as bigint',
          'declare it as what it is, or cast it: …::bigint as worst',
        ],
        [
          'error report "unscoped": the plan reads public.finding, which no hole names',
          'declare it as a source and write it as a hole of the template, so that it is scoped to the tenant',
        ],
      ])
    })

    test('T5 refuses a target that is not the standby that it is declared to be, and checks nothing there', async () => {
      const { exitCode, stdout } = await run(secretFor('standby', host().primary))
      expect(exitCode).toBe(1)
      expect(stdout).toContain('  error    replica.target declares a standby, but the server is not in recovery\n')
      expect(stdout).toContain('next: name a read replica in the secret, or declare what it is')
      expect(stdout).toContain('no report was checked')
    })

    test('T5 refuses a role that may write, warns of it on a standby, and warns of the transactional database', async () => {
      const { primary, standby, cluster } = host()
      const writer = { user: 'writer', password: randomBytes(18).toString('hex') }
      await connected(primary, (admin) =>
        admin.query(`create role writer login password '${writer.password}'; grant analytics to writer;
          grant update on public.finding to writer`),
      )
      await cluster.caughtUp()
      const as = (target: 'standby' | 'primary', connection: typeof primary, role: object) => {
        const { replica } = secretFor(target, connection) as { replica: object }
        return { replica: { ...replica, ...role } }
      }
      const refused = await findings(as('primary', primary, writer))
      const revoke = 'revoke insert, update, delete, truncate on public.finding from the role of the replica'
      const mayWrite = 'target: the role of the replica may write to public.finding: give it SELECT only'
      expect(refused.map(brief)).toEqual([[`error ${mayWrite}`, revoke]])
      expect((await findings(as('standby', standby, writer))).map(brief)).toEqual([[`warning ${mayWrite}`, revoke]])
      const temporary = await findings(as('primary', primary, {}))
      expect(temporary.map(brief)).toEqual([
        [
          'warning target: reports run on the transactional database (replica.target is primary): make a read replica',
          'make a read replica, and name it in the secret with "target": "standby"',
        ],
      ])
    })

    test('a tenants table that cannot be read is an error that names the setting', async () => {
      const secret = await host().copyWith('without_tenants', 'drop table public.tenant')
      const { exitCode, stdout, stderr } = await run(secret)
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
      expect(stderr).toContain('(TENANTS_UNAVAILABLE)')
      expect(stderr).toContain('the tenant source failed (relation "tenant" does not exist)')
      expect(stderr).toContain('Next: Check `tenants` in millrace.config.ts')
    })
  })
}

import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { bigint, date, decimal, enumOf, nullable, text, timestamp } from '../report/column.ts'
import { runningTotal } from '../report/derived.ts'
import { elapsed } from '../report/expression.ts'
import { avg, count, max } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { resolveReading } from '../report/reading.ts'
import { report } from '../report/report.ts'
import { bySchema, source } from '../report/source.ts'
import { sql } from '../report/sql.ts'
import { sqlReport } from '../report/sql-report.ts'
import { compileReport } from './compile-report.ts'
import { compileSqlReport, parameterTexts } from './compile-sql-report.ts'

const columns = {
  id: bigint(),
  tenantId: text(),
  group: text(),
  severity: enumOf('critical', 'high'),
  score: nullable(decimal({ scale: 1 })),
  seenOn: date(),
  firstSeenAt: timestamp(),
  resolvedAt: nullable(timestamp()),
}
const findings = source('security.finding', { columns, key: 'id', tenant: 'tenantId' })
const own = source('finding', { columns, key: 'id', tenant: bySchema })

const trendOf = (from: typeof findings) =>
  report({
    name: 'trend',
    permission: 'p',
    from,
    where: { severity: ['critical', 'high'] },
    dimensions: { group: from.group },
    time: { grain: 'day' },
    period: lastDays(60),
    measures: {
      opened: count({ at: from.firstSeenAt }),
      resolved: count({ at: from.resolvedAt, where: { group: 'a' } }),
      hours: avg(elapsed(from.firstSeenAt, from.resolvedAt, 'hour'), { at: from.resolvedAt }),
      worst: max(from.score, { at: from.firstSeenAt }),
    },
    derive: { active: runningTotal({ add: 'opened', subtract: 'resolved' }) },
    filters: ['group'],
    restrict: { group: 'groups' },
  })

const now = Temporal.Instant.from('2026-11-21T10:00:00Z')
const compile = (of: ReturnType<typeof trendOf>, tenant: string, group: string) =>
  compileReport(
    resolveReading(of, {
      tenant: { id: tenant, timeZone: 'Europe/Berlin' },
      given: { group },
      attributes: { groups: [group, 'x'] },
      now,
    }),
    tenant,
  )

test('T4 the tenant is the first predicate of every arm', () => {
  const { text: statement, values } = compile(trendOf(findings), 'acme', 'web')
  const arms = statement.split('union all')
  expect(arms).toHaveLength(4)
  for (const arm of arms) {
    const [, relation, placeholder] = /from ("security"\."finding") t\s+where t\."tenant_id" = \$(\d+)/.exec(arm) ?? []
    expect(relation).toBeDefined()
    expect(values[Number(placeholder) - 1]).toBe('acme')
  }
})

test('T3 with tenancy by schema the table stands alone, so that only the search path can say whose it is', () => {
  const { text: statement, values } = compile(trendOf(own as never), 'acme', 'web')
  expect(statement.match(/from ("\S+) t\b/g)).toEqual(Array(4).fill('from "finding" t'))
  expect(values).not.toContain('acme')
})

test('nothing that a tenant or a reader gives is part of the statement', () => {
  const plain = compile(trendOf(findings), 'tenant', 'group').text
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.string().filter((group) => !group.includes('\0')),
      (tenant, group) => {
        expect(compile(trendOf(findings), tenant, group).text).toBe(plain)
      },
    ),
  )
})

test('T4 in raw SQL the tenant comes with the source, also where a table is named without a hole', () => {
  const raw = sqlReport({
    name: 'raw',
    permission: 'p',
    params: { since: date() },
    row: { group: text(), findings: bigint() },
    sql: ({ since }) => sql`select "group", count(*) as findings from ${findings} where seen_on >= ${since} group by 1`,
  })
  const given = parameterTexts(raw, { since: '2026-01-01' }, {})
  const statement = compileSqlReport(raw, 'acme', given)
  expect(statement.text).toContain('with "finding" as not materialized (select')
  expect(statement.text).toContain('from "security"."finding" t where t."tenant_id" = $1')
  expect(statement.text).toContain('from "finding" where seen_on >= $2::date')
  expect(statement.values).toEqual(['acme', '2026-01-01'])
})

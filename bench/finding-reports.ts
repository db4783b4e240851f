import { catalog } from '../src/report/catalog.ts'
import { bigint, decimal, enumOf, nullable, text, timestamp } from '../src/report/column.ts'
import { runningTotal } from '../src/report/derived.ts'
import { elapsed } from '../src/report/expression.ts'
import { avg, count, max, sum } from '../src/report/measure.ts'
import { lastDays } from '../src/report/period.ts'
import { report } from '../src/report/report.ts'
import { source } from '../src/report/source.ts'

const permission = 'findings.read'

/** Four reports of one table of findings; `suffix` tells those of one table from those of another. */
export function findingReports(table: string, suffix = '') {
  const findings = source(table, {
    columns: {
      id: bigint(),
      tenantId: text(),
      assetGroup: text(),
      severity: enumOf('critical', 'high', 'medium', 'low'),
      cvss: nullable(decimal({ scale: 1 })),
      firstSeenAt: timestamp(),
      resolvedAt: nullable(timestamp()),
    },
    key: 'id',
    tenant: 'tenantId',
  })
  const common = { permission, from: findings } as const
  /** How many findings a tenant has, and how bad they are: what most dashboards begin with. */
  const active = report({
    ...common,
    name: `active${suffix}`,
    where: { resolvedAt: null },
    dimensions: { severity: findings.severity, group: findings.assetGroup },
    measures: { findings: count(), score: sum(findings.cvss) },
  })
  const trend = report({
    ...common,
    name: `trend${suffix}`,
    time: { grain: 'day', timeZone: 'tenant' },
    period: lastDays(60),
    measures: { opened: count({ at: findings.firstSeenAt }), resolved: count({ at: findings.resolvedAt }) },
    derive: { active: runningTotal({ add: 'opened', subtract: 'resolved' }) },
  })
  const hoursToResolve = report({
    ...common,
    name: `hours-to-resolve${suffix}`,
    dimensions: { severity: findings.severity },
    measures: { hours: avg(elapsed(findings.firstSeenAt, findings.resolvedAt, 'hour')) },
  })
  const worst = report({
    ...common,
    name: `worst${suffix}`,
    dimensions: { group: findings.assetGroup },
    measures: { worst: max(findings.cvss) },
  })
  return { findings, reports: [active, trend, hoursToResolve, worst] } as const
}

export const findingTables = {
  all: findingReports('finding'),
  few: findingReports('few_findings', '-of-few'),
  many: findingReports('many_findings', '-of-many'),
}

/** Every report that a measurement of the fold may name. */
export const findingCatalog = catalog([
  ...findingTables.all.reports,
  ...findingTables.few.reports,
  ...findingTables.many.reports,
])

export const namesOf = ({ reports }: ReturnType<typeof findingReports>, count: number): string[] =>
  reports.slice(0, count).map(({ name }) => name)

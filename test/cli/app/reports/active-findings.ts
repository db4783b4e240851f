import { count, countDistinct, max, min, report } from 'millrace'
import { findings } from './sources.ts'

export default report({
  name: 'active-findings',
  permission: 'vulnerabilities.read',
  from: findings,
  where: { resolvedAt: null },
  dimensions: { severity: findings.severity, group: findings.assetGroup },
  measures: {
    active: count(),
    cves: countDistinct(findings.cve),
    worst: max(findings.cvss),
    oldest: min(findings.firstSeenAt),
  },
  restrict: { group: 'groups' },
})

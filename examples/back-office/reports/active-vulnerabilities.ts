import { count, countDistinct, max, min, report } from 'millrace'
import { findings } from './sources.ts'

export default report({
  name: 'active-vulnerabilities',
  title: { en: 'Active vulnerabilities', de: 'Aktive Schwachstellen' },
  description: { en: 'Found by a scan and not resolved yet.', de: 'Von einem Scan gefunden und noch nicht behoben.' },
  permission: 'vulnerabilities.read',
  from: findings,
  where: { resolvedAt: null },
  dimensions: { severity: findings.severity, group: findings.assetGroup },
  measures: {
    active: count({ label: { en: 'Active', de: 'Aktiv' }, better: 'lower' }),
    exploited: count({ where: { exploited: true }, label: { en: 'Exploited', de: 'Ausgenutzt' }, better: 'lower' }),
    worst: max(findings.cvss, { label: { en: 'Worst score', de: 'Höchste Bewertung' } }),
    oldest: min(findings.firstSeenAt, { label: { en: 'Oldest', de: 'Älteste' } }),
    assets: countDistinct(findings.asset, { label: { en: 'Assets', de: 'Systeme' } }),
  },
  filters: ['group', 'severity'],
  restrict: { group: 'groups' },
  order: { severity: 'asc', active: 'desc' },
  freshWithin: '60s',
})

import { avg, count, elapsed, month, percentile, report, toDate } from 'millrace'
import { findings } from './sources.ts'

export default report({
  name: 'remediation',
  title: { en: 'Found and resolved', de: 'Gefunden und behoben' },
  description: {
    en: 'This calendar month against the same days of the one before.',
    de: 'Dieser Kalendermonat gegen dieselben Tage des vorigen.',
  },
  permission: 'vulnerabilities.read',
  from: findings,
  period: { current: month(), previous: toDate(month(-1)) },
  measures: {
    found: count({ at: findings.firstSeenAt, label: { en: 'Found', de: 'Gefunden' }, better: 'lower' }),
    resolved: count({ at: findings.resolvedAt, label: { en: 'Resolved', de: 'Behoben' }, better: 'higher' }),
    daysToResolve: avg(elapsed(findings.firstSeenAt, findings.resolvedAt, 'day'), {
      at: findings.resolvedAt,
      label: { en: 'Time to resolve, mean', de: 'Zeit bis zur Behebung, im Mittel' },
      scale: 1,
      unit: 'day',
      better: 'lower',
    }),
    medianDays: percentile(0.5, elapsed(findings.firstSeenAt, findings.resolvedAt, 'day'), {
      at: findings.resolvedAt,
      label: { en: 'Time to resolve, median', de: 'Zeit bis zur Behebung, Median' },
      unit: 'day',
      better: 'lower',
    }),
  },
  filters: ['severity', 'assetGroup'],
  restrict: { assetGroup: 'groups' },
  freshWithin: '60s',
})

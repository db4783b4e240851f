import { avg, count, elapsed, given, report } from 'millrace'
import { findings } from './sources.ts'

export default report({
  name: 'time-to-resolve-by-severity',
  title: { en: 'Time to resolve, by severity', de: 'Zeit bis zur Behebung, nach Schweregrad' },
  description: {
    en: 'How long the findings that were resolved in the chosen period had been open, on average.',
    de: 'Wie lange die im gewählten Zeitraum behobenen Befunde im Mittel offen waren.',
  },
  permission: 'vulnerabilities.read',
  from: findings,
  dimensions: { severity: findings.severity },
  time: { column: findings.resolvedAt, timeZone: 'tenant' },
  period: given('from', 'to'),
  measures: {
    daysToResolve: avg(elapsed(findings.firstSeenAt, findings.resolvedAt, 'day'), {
      label: { en: 'Days to resolve, mean', de: 'Tage bis zur Behebung, im Mittel' },
      scale: 1,
      unit: 'day',
      better: 'lower',
    }),
    resolved: count({ label: { en: 'Resolved', de: 'Behoben' }, better: 'higher' }),
  },
  filters: ['severity', 'assetGroup'],
  restrict: { assetGroup: 'groups' },
  order: { severity: 'asc' },
  freshWithin: '60s',
})

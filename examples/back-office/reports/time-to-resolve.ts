import { avg, count, elapsed, given, report } from 'millrace'
import { findings } from './sources.ts'

export default report({
  name: 'time-to-resolve',
  title: { en: 'Time to resolve, week by week', de: 'Zeit bis zur Behebung, Woche für Woche' },
  description: {
    en: 'How long the findings that were resolved in a week had been open, on average.',
    de: 'Wie lange die in einer Woche behobenen Befunde im Mittel offen waren.',
  },
  permission: 'vulnerabilities.read',
  from: findings,
  time: { column: findings.resolvedAt, grain: 'week', timeZone: 'tenant' },
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
  order: { time: 'asc' },
  freshWithin: '60s',
})

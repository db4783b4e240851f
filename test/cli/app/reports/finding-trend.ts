import { count, given, report, runningTotal } from 'millrace'
import { findings } from './sources.ts'

export default report({
  name: 'finding-trend',
  permission: 'vulnerabilities.read',
  from: findings,
  time: { grain: 'month' },
  period: given('from', 'to'),
  measures: { opened: count({ at: findings.firstSeenAt }), resolved: count({ at: findings.resolvedAt }) },
  derive: { active: runningTotal({ add: 'opened', subtract: 'resolved' }) },
})

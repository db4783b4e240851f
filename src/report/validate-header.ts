import { parseDuration } from './duration.ts'
import { assertName } from './name.ts'
import { type Refuse, refusal } from './refusal.ts'
import type { ReportHeader } from './report.ts'

const headerMembers = ['node', 'name', 'title', 'description', 'permission', 'freshWithin']

/**
 * What every report has, whichever form it takes. A member that is not known is refused: misspelt, `restrict` would be no
 * restriction.
 */
export function validateHeader(report: ReportHeader, members: readonly string[]): Refuse {
  assertName('report', report.name)
  // `GET /reports/events` is taken.
  if (report.name === 'events')
    refusal('report "events"')('name', 'is the name of a path of the interface: choose another')
  const refuse = refusal(`report "${report.name}"`)
  const unknown = Object.keys(report).find((member) => !headerMembers.includes(member) && !members.includes(member))
  if (unknown !== undefined) refuse(unknown, 'a report has no such member')
  if (typeof report.permission !== 'string' || report.permission.trim() === '') {
    refuse('permission', 'expected the name of the permission that reading takes')
  }
  if (report.freshWithin !== undefined) secondsOf('freshWithin', report.freshWithin, refuse)
  return refuse
}

/** The seconds of a duration. */
export function secondsOf(field: string, duration: string, refuse: Refuse): number {
  try {
    return parseDuration(duration)
  } catch (cause) {
    return refuse(field, (cause as Error).message)
  }
}

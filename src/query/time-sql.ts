import type { Arm } from '../report/arm.ts'
import { startOfDay } from '../report/calendar.ts'
import type { Column, TimeKind } from '../report/column.ts'
import type { Grain } from '../report/row.ts'
import { columnSql, instantSql } from './expression-sql.ts'
import type { Parameters } from './statement.ts'

/** The rows whose time lies in the arm's days, as comparisons that an index on the bare column serves. */
export function rangeSql(arm: Arm, timeZone: string, parameters: Parameters): string[] {
  const { time, days } = arm
  if (time === undefined) return []
  const name = columnSql(time)
  if (days === undefined) return [`${name} is not null`]
  const bound = (day: string, sign: '>=' | '<'): string[] => {
    if (time.type.kind === 'date') return [`${name} ${sign} ${parameters.add(day)}::date`]
    const instant = `${parameters.add(startOfDay(day, timeZone).toString())}::timestamptz`
    if (time.type.timeZone === undefined) return [`${name} ${sign} ${instant}`]
    const local = `${instant} at time zone ${parameters.add(time.type.timeZone)}`
    const slack = sign === '>=' ? `- interval '1 day'` : `+ interval '1 day'`
    return [`${name} ${sign} (${local}) ${slack}`, `${instantSql(time, parameters)} ${sign} ${instant}`]
  }
  return [...(days.from === undefined ? [] : bound(days.from, '>=')), ...bound(days.to, '<')]
}

/** The bucket that a row is in: a date; for hours, an instant. */
export function bucketSql(time: Column<TimeKind>, grain: Grain, timeZone: string, parameters: Parameters): string {
  if (time.type.kind === 'date') {
    return grain === 'day' ? columnSql(time) : `date_trunc('${grain}', ${columnSql(time)}::timestamp)::date`
  }
  const instant = instantSql(time, parameters)
  const zone = `${parameters.add(timeZone)}::text`
  if (grain === 'hour') return `date_trunc('hour', ${instant}, ${zone})`
  return `date_trunc('${grain}', ${instant} at time zone ${zone})::date`
}

/** An instant as whole microseconds since 1970, so that no setting of the connection changes it. */
export const instantText = (sql: string): string => `((extract(epoch from ${sql}) * 1000000)::bigint)::text`
export const dayText = (sql: string): string => `to_char(${sql}, 'YYYY-MM-DD')`

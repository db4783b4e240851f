import type { Arm } from '../report/arm.ts'
import { returnToDayBefore, startOfDay } from '../report/calendar.ts'
import type { Column, TimeKind } from '../report/column.ts'
import type { Grain } from '../report/row.ts'
import { columnSql, instantSql } from './expression-sql.ts'
import type { Parameters } from './statement.ts'

/** The rows whose time lies in the arm's days, as comparisons that an index on the bare column serves. */
export function rangeSql(arm: Arm, timeZone: string, parameters: Parameters): string[] {
  const { time, days } = arm
  if (time === undefined) return []
  if (days === undefined) return [`${columnSql(time)} is not null`]
  return [
    ...(days.from === undefined ? [] : boundSql(time, '>=', days.from, timeZone, parameters)),
    ...boundSql(time, '<', days.to, timeZone, parameters),
  ]
}

function boundSql(
  time: Column<TimeKind>,
  sign: '>=' | '<',
  day: string,
  timeZone: string,
  parameters: Parameters,
): string[] {
  const name = columnSql(time)
  if (time.type.kind === 'date') return [`${name} ${sign} ${parameters.add(day)}::date`]
  const value = () => instantSql(time, parameters)
  const at = (instant: { toString(): string }) => `${parameters.add(instant.toString())}::timestamptz`
  const begins = startOfDay(day, timeZone)
  const back = returnToDayBefore(day, timeZone)
  const edge = sign === '<' && back !== undefined ? back.to : begins
  const bounds = [`${value()} ${sign} ${at(edge)}`]
  if (back !== undefined) {
    const [from, to] = sign === '<' ? [begins, back.from] : [back.from, back.to]
    bounds.push(`not (${value()} >= ${at(from)} and ${value()} < ${at(to)})`)
  }
  if (time.type.timeZone === undefined) return bounds
  // Clocks go back by at most a day, so that local time is never further from the order of instants.
  const slack = sign === '>=' ? `- interval '1 day'` : `+ interval '1 day'`
  return [`${name} ${sign} (${at(edge)} at time zone ${parameters.add(time.type.timeZone)}) ${slack}`, ...bounds]
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

/**
 * An instant as whole microseconds since 1970, so that no setting of the connection changes it. An infinite one is the text
 * `Infinity`, which is refused when it is read: as a bigint it would end the statement.
 */
export const instantText = (sql: string): string => `trim_scale(extract(epoch from ${sql}) * 1000000)::text`
/**
 * A day as `YYYY-MM-DD`. One outside the years 1 to 9999 is written as no day, which its reader refuses: `to_char` would write
 * a year before the first as if it were after, and give null for infinity.
 */
export const dayText = (sql: string): string =>
  `case when ${sql} < '0001-01-01' or ${sql} > '9999-12-31' then 'no day' else to_char(${sql}, 'YYYY-MM-DD') end`

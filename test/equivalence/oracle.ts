import type pg from 'pg'
import type { Column } from '../../src/report/column.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { definition } from '../../src/report/source.ts'
import { answerStatement, assemble, optionsStatement } from './oracle-answer.ts'
import { summed } from './oracle-measures.ts'
import { isInexact, refusal } from './oracle-refusal.ts'
import { bucketOf, bucketTables, dayOf, daysOf, periodsOf, timeOf } from './oracle-time.ts'
import { asRead, holds, isOneOf, literal, readName, rowsOf } from './oracle-values.ts'

/*
 * What a report's answer must be, by plain SQL that PostgreSQL evaluates as written: the tenant's rows as they are read
 * and asked for (`asked`), each placed once in every arm that it belongs to (`placed`), the combinations of dimensions
 * and the buckets that there are, and for each cell of that table one subquery per measure. Slow, and plain to see.
 * It shares no code with the engines; of the language it reads the definition's data.
 */

export interface Asked {
  readonly report: ReportDefinition
  readonly tenant: { readonly id: string; readonly schema?: string; readonly timeZone: string }
  readonly given: Readonly<Record<string, unknown>>
  readonly attributes: Readonly<Record<string, readonly string[]>>
  /** ISO 8601. */
  readonly now: string
}

type Row = Record<string, unknown>

export interface Expectation {
  /** Whether the report meets a value that has no exact figure. */
  readonly refused: boolean
  readonly rowCount: number
  /** As many rows as there would be if there were any: an engine may refuse a report for its buckets alone. */
  readonly mostRows: number
  /** The answer's rows before its limit are `rowCount`. */
  rows(): Promise<Row[]>
  /** For a person who looks into a difference. */
  readonly statement: string
}

export async function expectation(client: pg.Client, asked: Asked): Promise<Expectation> {
  const tables = `with ${commonTables(asked).join(',\n')}`
  const { text, columns } = answerStatement(asked, tables)
  const { rows } = await client.query(`${tables} select ${refusal(asked.report)} as refused`)
  const refused = rows[0].refused as boolean
  const [combinations, buckets] = refused ? [0, 0] : await sizes(client, tables)
  return {
    refused,
    rowCount: combinations * buckets,
    mostRows: Math.max(1, combinations) * buckets,
    async rows() {
      const { rows } = await client.query({ text, rowMode: 'array' })
      return rows.map((row: (string | null)[]) => assemble(columns, row))
    },
    statement: text,
  }
}

async function sizes(client: pg.Client, tables: string): Promise<[number, number]> {
  const { rows } = await client.query(`${tables}
select (select count(*) from combination) as combinations, (select coalesce(max(ordinal), 0) from bucket) as buckets`)
  return [Number(rows[0].combinations), Number(rows[0].buckets)]
}

/**
 * The values that a filter may take, whatever else the reader gives, each with its label, where the report looks one up;
 * instead of a value without an exact figure `{ refused: true }`.
 */
export async function filterOptions(client: pg.Client, asked: Asked, filter: string, limit: number): Promise<Row[]> {
  const { report } = asked
  const column = chosen(report, filter)
  const { text, columns } = optionsStatement(asked, filter, column)
  const { rows } = await client.query({
    text: `with asked as (${askedText({ ...asked, given: {} })}),
found as (select distinct ${readName(column)} as d0, ${isInexact(column)} as refused from asked)
${text} limit ${limit}`,
    rowMode: 'array',
  })
  return rows.map(([refused, ...row]: (string | null)[]) =>
    refused === 'true' ? { refused: true } : assemble(columns, row),
  )
}

const columnsOf = (report: ReportDefinition) => report.from[definition].columns as Readonly<Record<string, Column>>
const chosen = (report: ReportDefinition, name: string) =>
  (report.dimensions[name] ?? columnsOf(report)[name]) as Column
const zoneOf = ({ report, tenant }: Asked): string =>
  report.time === undefined || report.time.timeZone === 'tenant' ? tenant.timeZone : report.time.timeZone

function commonTables(asked: Asked): string[] {
  const { report, now } = asked
  const zone = zoneOf(asked)
  const clock = `${literal(now)}::timestamptz`
  const periods = periodsOf(report).map(({ period }, p) => {
    const [begins, ends] = daysOf(period, asked.given)
    return `select ${p} as p, ${begins} as begins, ${ends} as ends from clock`
  })
  const dimensions = Object.values(report.dimensions)
  const combination =
    dimensions.length === 0
      ? 'select 1 as combination'
      : `select row_number() over () as combination, * from (
  select distinct ${dimensions.map((column, d) => `${readName(column)} as d${d}`).join(', ')} from placed) as found`
  return [
    `clock as (select ${clock} as instant, (${clock} at time zone ${literal(zone)})::date as today)`,
    `period as (${periods.join(' union all ')})`,
    `asked as (${askedText(asked)})`,
    `placed as materialized (${placedText(asked, zone)})`,
    `combination as materialized (${combination})`,
    ...bucketTables(report.time?.grain, zone),
  ]
}

/** The tenant's rows that the report is about and that the reader and the viewer's restrictions leave. */
function askedText({ report, tenant, given, attributes }: Asked): string {
  const columns = columnsOf(report)
  const read = Object.values(columns).map((column) => `${asRead(column)} as ${readName(column)}`)
  const conditions = [
    ...Object.entries(report.where).map(([each, condition]) => holds(columns[each] as Column, condition)),
    ...report.filters.flatMap((filter) => {
      const values = given[filter]
      return values === undefined ? [] : [isOneOf(chosen(report, filter), Array.isArray(values) ? values : [values])]
    }),
    ...Object.entries(report.restrict).map(([each, attribute]) =>
      isOneOf(
        chosen(report, each),
        (attributes[attribute] ?? []).filter((value) => canHold(chosen(report, each), value)),
      ),
    ),
  ]
  return `
  select * from (select ${read.join(', ')} from ${rowsOf(report.from, tenant)}) as read
  where ${['true', ...conditions].join(' and ')}`
}

/** A viewer's attribute is text; one that no value of the column has allows nothing. */
function canHold({ type }: Column, value: string): boolean {
  switch (type.kind) {
    case 'text':
      return true
    case 'enum':
      return value === 'other' || type.values.includes(value)
    case 'boolean':
      return value === 'true' || value === 'false'
    case 'uuid':
      return value.length === 36
    default:
      return /^-?\d/.test(value)
  }
}

/** Each row once in every arm that it belongs to: a period by a time column, or all that came before it. */
function placedText(asked: Asked, zone: string): string {
  const { report } = asked
  const grain = report.time?.grain
  const arms = periodsOf(report).flatMap(({ period }, p) =>
    Object.keys(report.measures).flatMap((measure) => {
      const time = timeOf(report, measure)
      const arm = (role: string, bucket: string, belongs: string) =>
        `select ${p} as p, '${role}' as role, ${literal(time?.property ?? '')} as by_time, ${bucket} as bucket, asked.*
  from asked, period where p = ${p} and ${belongs}`
      if (time === undefined) return [arm('period', 'null::date', 'true')]
      const day = dayOf(time, zone)
      const within = period === undefined ? `${readName(time)} is not null` : `${day} >= begins and ${day} < ends`
      return [
        arm('period', grain === undefined ? 'null::date' : bucketOf(time, grain, zone), within),
        ...(period !== undefined && summed(report).has(measure)
          ? [arm('opening', grain === 'hour' ? 'null::timestamptz' : 'null::date', `${day} < begins`)]
          : []),
      ]
    }),
  )
  return `\n  ${[...new Set(arms)].join('\n  union all ')}`
}

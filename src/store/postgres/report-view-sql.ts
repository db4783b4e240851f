import pg from 'pg'
import type { ColumnType } from '../../report/column.ts'
import type { ReportView, ViewDimension, ViewFlow, ViewMeasure } from './report-view.ts'

/** The name of a view: the report's, and the time column's where the report has several. */
export function viewName({ report, flows }: ReportView, flow: ViewFlow): string {
  const by = flows.length > 1 && flow.time !== null ? `_by_${snakeCase(flow.time)}` : ''
  return `report_${report.replaceAll('-', '_')}${by}`.slice(0, 63)
}

const snakeCase = (name: string): string => name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase()

const column = (expression: string, name: string): string => `${expression} as ${pg.escapeIdentifier(name)}`

/** The query of a view: a row for each group that is there, of the builds that are read. */
export function viewQuery(schema: string, { report, plan }: ReportView, flow: ViewFlow): string {
  const name = uniqueNames()
  const places = flow.byHour ? 3 : 2
  const isExact = `coalesce(numbers[${flow.refusedAt + 1}], 0) = 0`
  const columns = [
    column('tenant', name('tenant')),
    column('as_of', name('as_of')),
    column(`case when ${part(2)} ~ '^[0-9]' then ${part(2)}::date end`, name('day')),
    ...(flow.byHour
      ? [column(`case when ${part(3)} like 'p216%' then ${instant(`substr(${part(3)}, 5)`)} end`, name('hour'))]
      : []),
    ...flow.packed.map((dimension, index) => column(`packed_${index}`, name(dimension.name))),
    ...flow.keyed.map((dimension, index) => column(keyed(dimension, index + places + 1), name(dimension.name))),
    column(`numbers[${flow.rowsAt + 1}]::bigint`, name('rows')),
    ...flow.measures.map((measure) => column(figure(measure, isExact), name(measureName(measure)))),
  ]
  const packed = ['place', ...flow.packed.map((_, index) => `packed_${index}`)]
  const combinations = flow.combinations.map(
    (values, place) =>
      `(${[place, ...values.map((value) => `${value === null ? 'null' : pg.escapeLiteral(value)}::text`)]})`,
  )
  const end = `${flow.prefix.slice(0, -1)}\u0002`
  return `
  select ${columns.join(',\n    ')}
  from (
    select builds.tenant, to_timestamp(streams.committed_at / 1000000.0) as as_of, sort || tail as key,
      (values)[place * ${flow.width} + 1 : (place + 1) * ${flow.width}] as numbers, combination.*
    from ${schema}.streams
    join ${schema}.builds using (stream)
    join ${schema}.definitions using (build)
    join ${schema}.counters using (build)
    cross join (values ${combinations}) as combination (${packed})
    where builds.report = ${pg.escapeLiteral(report)} and builds.state = 'ready'
      and (definition::jsonb -> 'plan') - 'timeZone' = ${pg.escapeLiteral(plan)}::jsonb
      and (expires_at is null or expires_at > committed_at / 1000000)
      and sort >= ${pg.escapeLiteral(flow.prefix)} and sort < ${pg.escapeLiteral(end)}
  ) as counted
  where numbers[${flow.rowsAt + 1}] > 0`
}

/** A segment of the key, from 1. */
const part = (place: number): string => `split_part(key, E'\\x01', ${place})`

const instant = (microseconds: string): string =>
  `'1970-01-01 00:00:00+00'::timestamptz + ${microseconds}::bigint * interval '1 microsecond'`

/** Null too where the value has no exact figure, as an infinite day. */
function keyed({ type }: ViewDimension, place: number): string {
  const text = `replace(replace(replace(substr(${part(place)}, 2), E'\\x02\\x10', ''), E'\\x02\\x11', E'\\x01'), E'\\x02\\x12', E'\\x02')`
  return `case when ${part(place)} like 'v%' then ${typed(text, type)} end`
}

function typed(text: string, { kind }: ColumnType): string {
  switch (kind) {
    case 'text':
    case 'enum':
      return text
    case 'timestamp':
      return instant(text)
    case 'integer':
    case 'decimal':
      return `${text}::numeric`
    case 'real':
      return `${text}::double precision`
    default:
      return `${text}::${kind}`
  }
}

function figure({ aggregate, offset, countOffset, scale, unit }: ViewMeasure, isExact: string): string {
  const number = `coalesce(numbers[${offset + 1}], 0)`
  if (countOffset === null) return `case when ${isExact} then ${number}::bigint end`
  const count = `coalesce(numbers[${countOffset + 1}], 0)`
  const scaled = `${number} * 1e-${unit === 'microseconds' ? 6 : scale}`
  return `case when ${isExact} and ${count} > 0 then ${aggregate === 'avg' ? `${scaled} / ${count}` : scaled} end`
}

const measureName = ({ name, unit }: ViewMeasure): string => (unit === null ? name : `${name}Seconds`)

/** In snake case; a name that is taken gets a number. */
function uniqueNames(): (name: string) => string {
  const taken = new Set<string>()
  return (name) => {
    const plain = snakeCase(name)
    let unique = plain
    for (let number = 2; taken.has(unique); number++) unique = `${plain}_${number}`
    taken.add(unique)
    return unique
  }
}

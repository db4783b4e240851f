import type { Column } from '../../src/report/column.ts'
import type { Measure } from '../../src/report/measure.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import {
  derivedName,
  derivedShape,
  derivedValue,
  measured,
  measureName,
  measureShape,
  openingName,
  summed,
  type ValueShape,
} from './oracle-measures.ts'
import { periodsOf, timeOf } from './oracle-time.ts'
import { literal, type OwnTenant, quoted, readName, rowsOf, written } from './oracle-values.ts'

/** A column of the statement: the member of the answer's row that it is, or one period's part of it. */
export interface AnswerColumn extends Pick<ValueShape, 'kind'> {
  readonly member: string
  readonly period?: string
  readonly text: string
}

interface AskedBy {
  readonly report: ReportDefinition
  readonly tenant: OwnTenant
}

/** The whole statement, after the common tables that say which cells there are; and what its columns are. */
export function answerStatement(asked: AskedBy, tables: string): { text: string; columns: AnswerColumn[] } {
  const { report } = asked
  const names = periodsOf(report).map(({ name }) => name)
  const columns = answerColumns(asked, names)
  const measures = Object.entries(report.measures).flatMap(([name, measure]) => [
    `${measured(report, measure, belongs(report, name, 'period'))} as ${measureName(name)}`,
    ...(summed(report).has(name)
      ? [`${measured(report, measure, belongs(report, name, 'opening'))} as ${openingName(name)}`]
      : []),
  ])
  const derived = Object.entries(report.derive).map(
    ([name, each]) => `${derivedValue(each, names, report.time?.grain !== undefined)} as ${derivedName(name)}`,
  )
  const text = `${tables},
spot as materialized (
  select combination.*, ordinal, period.p, bucket.bucket
  from combination cross join generate_series(1, (select max(ordinal) from bucket)) as series(ordinal)
    cross join period left join bucket using (p, ordinal)),
cell as materialized (select spot.*, ${measures.join(',\n  ')} from spot),
answered as materialized (select ${['cell.*', ...derived].join(',\n  ')} from cell)
select ${columns.map((column) => column.text).join(',\n  ')}
from answered p0 ${names
    .slice(1)
    .map(
      (_, at) =>
        `join answered p${at + 1} on p${at + 1}.p = ${at + 1} and (p${at + 1}.combination, p${at + 1}.ordinal) = (p0.combination, p0.ordinal)`,
    )
    .join(' ')}
where p0.p = 0
order by ${orderKeys(asked).join(', ')}${report.limit === undefined ? '' : `\nlimit ${report.limit}`}`
  return { text, columns }
}

/** That a placed row belongs to a cell by the measure's own time column. */
function belongs(report: ReportDefinition, measure: string, role: 'period' | 'opening'): string {
  const time = timeOf(report, measure)?.property ?? ''
  return [
    `placed.p = spot.p and placed.role = '${role}' and placed.by_time = ${literal(time)}`,
    ...(role === 'period' ? ['placed.bucket is not distinct from spot.bucket'] : []),
    ...Object.values(report.dimensions).map(
      (column, d) => `placed.${readName(column)} is not distinct from spot.d${d}`,
    ),
  ].join(' and ')
}

const timeKind = (report: ReportDefinition) => (report.time?.grain === 'hour' ? 'timestamp' : 'date')

function answerColumns(asked: AskedBy, names: readonly (string | undefined)[]): AnswerColumn[] {
  const { report } = asked
  const perPeriod = (member: string, { kind, scale }: ValueShape, value: string): AnswerColumn[] =>
    names.map((period, p) => ({
      member,
      kind,
      ...(period === undefined ? {} : { period }),
      text: written(kind, scale, `p${p}.${value}`),
    }))
  return [
    ...Object.entries(report.dimensions).flatMap(([member, { type }], d): AnswerColumn[] => [
      { member, kind: type.kind, text: written(type.kind, type.kind === 'decimal' ? type.scale : 0, `p0.d${d}`) },
      ...(member in report.lookup
        ? [{ member: `${member}Label`, kind: 'text' as const, text: label(asked, member, d) }]
        : []),
    ]),
    ...(report.time?.grain === undefined ? [] : perPeriod('time', { kind: timeKind(report), scale: 0 }, 'bucket')),
    ...Object.entries(report.measures).flatMap(([member, measure]) =>
      perPeriod(member, measureShape(measure), measureName(member)),
    ),
    ...Object.entries(report.derive).flatMap(([member, derived]) => {
      const all = perPeriod(member, derivedShape(report, derived), derivedName(member))
      if (derived.derive !== 'growth') return all
      return all.slice(0, 1).map(({ kind, text }) => ({ member, kind, text }))
    }),
  ]
}

/** The values that were `found` of a column, sorted, and what the statement's columns are. */
export function optionsStatement(
  asked: AskedBy,
  filter: string,
  { type }: Column,
): { text: string; columns: AnswerColumn[] } {
  const value = written(type.kind, type.kind === 'decimal' ? type.scale : 0, 'p0.d0')
  const columns: AnswerColumn[] = [
    { member: 'value', kind: type.kind, text: value },
    ...(filter in asked.report.lookup
      ? [{ member: 'label', kind: 'text' as const, text: label(asked, filter, 0) }]
      : []),
  ]
  const text = `select refused::text, ${columns.map((column) => column.text).join(', ')} from found p0 order by ${sortKey(type, 'p0.d0')} nulls last`
  return { text, columns }
}

/** What a dimension's value sorts by: an enum by its declaration, text by bytes. */
function sortKey(type: Column['type'], value: string): string {
  if (type.kind === 'enum')
    return `array_position(array[${[...type.values, 'other'].map(literal).join(', ')}], ${value})`
  return type.kind === 'text' ? `${value} collate "C"` : value
}

/** The label of a dimension's value: of the row of the other source, of the same tenant, that has it as its key. */
function label({ report, tenant }: AskedBy, dimension: string, d: number): string {
  const { source, key, label } = report.lookup[dimension] as ReportDefinition['lookup'][string]
  return `(select ${quoted(label.column)}::text from ${rowsOf(source, tenant)} and ${quoted(key.column)}::text = p0.d${d})`
}

/** The report's own keys, then time, then the dimensions. A comparison sorts by its first period; by time, by each in turn. */
function orderKeys(asked: AskedBy): string[] {
  const { report } = asked
  const dimensions = Object.keys(report.dimensions)
  const dimension = (d: number) => sortKey((Object.values(report.dimensions)[d] as Column).type, `p0.d${d}`)
  const times = periodsOf(report).map((_, p) => `p${p}.bucket`)
  const key = (name: string) => {
    if (dimensions.includes(name)) return dimension(dimensions.indexOf(name))
    const labelled = dimensions.findIndex((each) => `${each}Label` === name)
    if (labelled >= 0) return `${label(asked, dimensions[labelled] as string, labelled)} collate "C"`
    if (name in report.derive) return `p0.${derivedName(name)}`
    const value = `p0.${measureName(name)}`
    return measureShape(report.measures[name] as Measure).kind === 'text' ? `${value} collate "C"` : value
  }
  return [
    ...Object.entries(report.order).flatMap(([name, direction]) =>
      (name === 'time' ? times : [key(name)]).map((each) => `${each} ${direction} nulls last`),
    ),
    ...times.map((each) => `${each} asc nulls last`),
    ...dimensions.map((_, d) => `${dimension(d)} asc nulls last`),
  ]
}

/** The answer's row of a row of the statement. */
export function assemble(columns: readonly AnswerColumn[], row: readonly (string | null)[]): Record<string, unknown> {
  const answer: Record<string, any> = {}
  columns.forEach(({ member, period, kind }, at) => {
    const value = inJson(kind, row[at] ?? null)
    if (period === undefined) answer[member] = value
    else answer[member] = { ...answer[member], [period]: value }
  })
  return answer
}

function inJson(kind: AnswerColumn['kind'], text: string | null): unknown {
  if (text === null) return null
  if (kind === 'boolean') return text === 'true'
  return kind === 'integer' || kind === 'real' ? Number(text) : text
}

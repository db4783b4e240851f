import type { MeasureData, OperandData, ReportData } from './report-data.ts'
import type { Question, World } from './world.ts'

const periodOf = ({ period }: ReportData): string =>
  period === undefined ? 'of all time' : typeof period.period === 'string' ? period.period : 'comparison'

const operandOf = (of: OperandData | undefined): string =>
  of === undefined ? 'rows' : 'column' in of ? 'column' : 'node' in of ? of.node : 'constant'

const measureFeatures = ({ aggregate, of, where, at }: MeasureData): string[] => [
  `${aggregate} of ${operandOf(of)}`,
  ...(where === undefined || Object.keys(where).length === 0 ? [] : ['measure with a condition']),
  ...(at === undefined ? [] : ['measure with its own time']),
]

/** What a question makes use of, in words, so that a run can say what it has tried. */
export function featuresOf({ report }: Question, { storage }: World): string[] {
  const { dimensions, where, time, measures, derive, filters, restrict, order, limit, lookup } = report
  const some = (name: string, of: object) => (Object.keys(of).length === 0 ? [] : [name])
  return [
    `tenancy by ${storage.tenancy}`,
    `${Object.keys(dimensions).length} dimensions`,
    `grain ${time?.grain}`,
    `period ${periodOf(report)}`,
    ...some('where', where),
    ...some('filter', filters),
    ...some('restriction', restrict),
    ...some('order', order),
    ...some('lookup', lookup),
    ...(limit === undefined ? [] : ['limit']),
    ...Object.values(measures).flatMap(measureFeatures),
    ...Object.values(derive).map((derived) => `${derived.derive}`),
  ]
}

/** What every long run must have met in answers that have rows. */
export const expectedFeatures: readonly string[] = [
  ...['schema', 'text', 'uuid', 'integer', 'bigint'].map((tenancy) => `tenancy by ${tenancy}`),
  ...[0, 1, 2].map((count) => `${count} dimensions`),
  ...['undefined', 'hour', 'day', 'week', 'month', 'quarter', 'year'].map((grain) => `grain ${grain}`),
  ...['of all time', 'last', 'unit', 'given', 'comparison'].map((period) => `period ${period}`),
  ...['where', 'filter', 'restriction', 'order', 'lookup', 'limit', 'measure with a condition'],
  ...['count of rows', 'count of column', 'countDistinct of column', 'countDistinct of elapsed'],
  ...['sum', 'avg', 'min', 'max', 'percentile'].flatMap((aggregate) =>
    ['column', 'elapsed', 'times'].map((operand) => `${aggregate} of ${operand}`),
  ),
  ...['ratio', 'growth', 'share', 'runningTotal', 'measure with its own time'],
]

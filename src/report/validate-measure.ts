import type { ColumnKind } from './column.ts'
import { type Operand, typeOf } from './expression.ts'
import { currencyOf } from './inherited.ts'
import type { Aggregate, Measure } from './measure.ts'
import { columnsOfSource } from './reading.ts'
import type { Refuse } from './refusal.ts'
import type { ReportDefinition } from './report.ts'
import { isScale, scaleExpected, validateDescription } from './validate-column.ts'
import { isExact, operandFault } from './validate-operand.ts'
import { validateWhere } from './validate-where.ts'

const isOrdered = (kind: ColumnKind): boolean =>
  isExact(kind) || kind === 'timestamp' || kind === 'date' || kind === 'text' || kind === 'real'

/** What each aggregate takes, and what it says of anything else. */
const taken: Readonly<Record<Aggregate, readonly [takes: (kind: ColumnKind) => boolean, expected: string]>> = {
  count: [() => true, 'rows, or a column'],
  countDistinct: [() => true, 'a column or arithmetic'],
  sum: [isExact, 'exact numbers; a float is never summed, since its sum depends on the order'],
  avg: [isExact, 'exact numbers; a float is never summed, since its sum depends on the order'],
  percentile: [isExact, 'exact numbers'],
  min: [isOrdered, 'numbers, times or text'],
  max: [isOrdered, 'numbers, times or text'],
}

const members: readonly string[] = [
  'aggregate',
  'of',
  'where',
  'at',
  'scale',
  'fraction',
  'digits',
  'label',
  'description',
  'unit',
  'currency',
  'better',
]

/** A measure by itself; how it stands to time and to other measures is judged elsewhere. */
export function validateMeasure(name: string, measure: Measure, report: ReportDefinition, refuse: Refuse): void {
  const field = `measures.${name}`
  const { aggregate, of, where, scale } = measure ?? {}
  if (!Object.hasOwn(taken, String(aggregate))) refuse(field, 'expected a measure, such as count()')
  const unknown = Object.keys(measure).find((member) => !members.includes(member))
  if (unknown !== undefined) refuse(`${field}.${unknown}`, 'a measure has no such member')
  if (of !== undefined || aggregate !== 'count') validateTaken(field, aggregate, of as Operand, report, refuse)
  if (where !== undefined) validateWhere(`${field}.where`, where, columnsOfSource(report.from), refuse)
  if (scale !== undefined && !isScale(scale)) refuse(`${field}.scale`, scaleExpected)
  if (aggregate === 'percentile') validatePercentile(field, measure, refuse)
  validateDescription(field, measure, refuse)
  const currency = of === undefined ? undefined : currencyOf(of)
  if (currency !== undefined && measure.currency !== undefined && measure.currency !== currency) {
    refuse(`${field}.currency`, `the column holds ${currency}, which a report does not convert`)
  }
}

function validateTaken(field: string, aggregate: Aggregate, of: Operand, report: ReportDefinition, refuse: Refuse) {
  const [takes, expected] = taken[aggregate]
  const fault = operandFault(of, report.from)
  if (fault !== undefined) refuse(field, fault)
  const isConstant = typeof of !== 'object'
  if (isConstant || !takes(typeOf(of).kind) || (aggregate === 'count' && of.node !== 'column')) {
    refuse(field, `${aggregate} takes ${expected}`)
  }
}

function validatePercentile(field: string, { fraction, digits = 3 }: Measure, refuse: Refuse): void {
  if (!(typeof fraction === 'number' && fraction > 0 && fraction <= 1)) {
    refuse(`${field}.fraction`, 'expected a number above 0, at most 1')
  }
  if (digits !== 'all' && !(Number.isInteger(digits) && digits >= 1 && digits <= 30)) {
    refuse(`${field}.digits`, "expected a whole number from 1 to 30, or 'all'")
  }
}

import type { Derived } from './derived.ts'
import { describeMeasure } from './inherited.ts'
import type { Measure } from './measure.ts'
import { isPeriod } from './period.ts'
import type { Refuse } from './refusal.ts'
import type { ReportDefinition } from './report.ts'
import { isNumber, measureType } from './state.ts'
import { isScale, scaleExpected, validateDescription } from './validate-column.ts'

/** A derived value: the measures that it is computed from must exist and be of the sort that it takes. */
export function validateDerived(name: string, derived: Derived, report: ReportDefinition, refuse: Refuse): void {
  const field = `derive.${name}`
  const measure = (of: string, fits: (measure: Measure) => boolean, expected: string): void => {
    const found = Object.hasOwn(report.measures, of) ? (report.measures[of] as Measure) : undefined
    if (found === undefined) refuse(field, `the report has no measure "${of}"`)
    if (!fits(found)) refuse(field, `"${of}" is not ${expected}`)
  }
  const number = (of: string) => measure(of, (found) => isNumber(measureType(found)), 'an exact number')
  const additive = (of: string) => measure(of, isAdditive, 'a count or a sum')
  switch (derived?.derive) {
    case 'ratio':
      number(derived.over)
      number(derived.under)
      break
    case 'growth':
      number(derived.of)
      validateGrowth(field, derived, report, refuse)
      break
    case 'share':
      additive(derived.of)
      break
    case 'runningTotal':
      additive(derived.add)
      if (derived.subtract !== undefined) additive(derived.subtract)
      validateRunningTotal(field, derived, report, refuse)
      break
    default:
      refuse(field, 'expected ratio, growth, share or runningTotal')
  }
  if (derived.derive !== 'runningTotal' && !isScale(derived.scale)) refuse(`${field}.scale`, scaleExpected)
  validateDescription(field, derived, refuse)
}

/** Of groups, the sum over them is the same measure over all of their rows. */
const isAdditive = ({ aggregate }: Measure): boolean => aggregate === 'count' || aggregate === 'sum'

function validateGrowth(
  field: string,
  { from, to }: Extract<Derived, { derive: 'growth' }>,
  { period }: ReportDefinition,
  refuse: Refuse,
): void {
  const names = period === undefined || isPeriod(period) ? [] : Object.keys(period)
  const unknown = [from, to].find((name) => !names.includes(name))
  if (unknown !== undefined) refuse(field, `the report has no period called "${unknown}"`)
  if (from === to) refuse(field, `nothing grows from "${from}" to itself`)
}

function validateRunningTotal(
  field: string,
  { add, subtract }: Extract<Derived, { derive: 'runningTotal' }>,
  { period, time, measures }: ReportDefinition,
  refuse: Refuse,
): void {
  if (period === undefined && time?.grain === undefined) refuse(field, 'a running total needs a period or a grain')
  if (subtract === undefined) return
  const [a, b] = [add, subtract].map((name) => describeMeasure(measures[name] as Measure).currency)
  if (a !== undefined && b !== undefined && a !== b) refuse(field, `${a} and ${b} do not add up`)
}

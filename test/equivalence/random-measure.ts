import fc from 'fast-check'
import type { ConditionData, DerivedData, MeasureData, OperandData, WhereData } from './report-data.ts'
import { type PropertyName, properties, propertyNames } from './table.ts'
import { givenValue } from './values.ts'

const kindOf = (property: PropertyName) => properties[property].kind
const ofKinds = (...kinds: string[]) => propertyNames.filter((property) => kinds.includes(kindOf(property)))

const numbers = ofKinds('integer', 'bigint', 'decimal')
const ordered = ofKinds('integer', 'bigint', 'decimal', 'timestamp', 'date', 'text', 'real')
export const instants = ofKinds('timestamp').filter((property) => property !== 'remoteAt')
export const days = ofKinds('date')
const ranged = ofKinds('text', 'integer', 'bigint', 'decimal', 'real', 'date', 'timestamp')

const column = (from: readonly PropertyName[]): fc.Arbitrary<OperandData> =>
  fc.constantFrom(...from).map((property) => ({ column: property }))

const elapsed: fc.Arbitrary<OperandData> = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constantFrom(...instants, 'remoteAt'), fc.constantFrom(...instants, 'remoteAt')),
      fc.tuple(fc.constantFrom(...days), fc.constantFrom(...days)),
    ),
    fc.constantFrom('second', 'minute', 'hour', 'day'),
  )
  .map(([[from, to], unit]) => ({ node: 'elapsed', from, to, unit }) as const)

const constant: fc.Arbitrary<OperandData> = fc
  .constantFrom<number | string>(2, -1, 100, '0.5', '-0.125', '1.10')
  .map((value) => ({ constant: value }))

const operand: fc.Arbitrary<OperandData> = fc.letrec<{ operand: OperandData; expression: OperandData }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'operand' },
    { arbitrary: column(numbers), weight: 3 },
    { arbitrary: constant, weight: 1 },
    { arbitrary: elapsed, weight: 1 },
    { arbitrary: tie('expression'), weight: 1 },
  ),
  expression: fc
    .tuple(fc.constantFrom('add', 'subtract', 'times'), tie('operand'), tie('operand'))
    // A constant beside a constant reads no column.
    .map(([node, left, right]) => ({ node, left: 'constant' in left ? { column: 'size' } : left, right }) as const),
})).expression

const number = fc.oneof(
  { arbitrary: column(numbers), weight: 3 },
  { arbitrary: operand, weight: 1 },
  { arbitrary: elapsed, weight: 1 },
)

/** A value; or now and then null, where the column may be null. */
function anyValue(anchor: string, property: PropertyName): fc.Arbitrary<unknown> {
  const value = fc.nat({ max: 60 }).map((choice) => givenValue(anchor, property, choice))
  return properties[property].nullable ? fc.option(value, { freq: 4 }) : value
}

/** One property's condition, of each form. */
function condition(anchor: string, property: PropertyName): fc.Arbitrary<ConditionData> {
  const value = anyValue(anchor, property)
  const bound = fc.nat({ max: 60 }).map((choice) => givenValue(anchor, property, choice))
  const several = fc.uniqueArray(value, { minLength: 1, maxLength: 3 })
  const forms: fc.Arbitrary<ConditionData>[] = [
    value.map((is) => ({ is })),
    several.map((is) => ({ is })),
    value.map((not) => ({ not })),
    several.map((not) => ({ not })),
  ]
  if (ranged.includes(property)) {
    forms.push(
      bound.map((from) => ({ atLeast: from })),
      bound.map((to) => ({ below: to })),
      fc.tuple(bound, bound).map(([atLeast, below]) => ({ atLeast, below })),
    )
  }
  return fc.oneof(...forms)
}

export function where(anchor: string, maxLength: number): fc.Arbitrary<WhereData> {
  const one = fc.oneof(
    ...propertyNames.map((property) => condition(anchor, property).map((data) => [property, data] as const)),
  )
  return fc.array(one, { maxLength }).map((entries) => Object.fromEntries(entries))
}

export function measure(anchor: string): fc.Arbitrary<MeasureData> {
  const options = fc.record({
    where: fc.option(where(anchor, 1), { nil: undefined, freq: 2 }),
    at: fc.option(fc.constantFrom(...instants, ...days), { nil: undefined, freq: 2 }),
  })
  const aggregates: fc.Arbitrary<MeasureData>[] = [
    fc.constant({ aggregate: 'count' }),
    column(propertyNames).map((of) => ({ aggregate: 'count', of })),
    number.map((of) => ({ aggregate: 'sum', of })),
    fc.record(
      { aggregate: fc.constant('avg'), of: number, scale: fc.nat({ max: 8 }) },
      { requiredKeys: ['aggregate', 'of'] },
    ),
    fc.record({
      aggregate: fc.constantFrom('min', 'max'),
      of: fc.oneof(column(ordered), column(instants), operand, elapsed),
    }),
    fc.oneof(column(propertyNames), number).map((of) => ({ aggregate: 'countDistinct', of })),
    fc.record(
      {
        aggregate: fc.constant('percentile'),
        of: number,
        fraction: fc.constantFrom(0.5, 0.95, 1, 0.25, 0.07, 0.999),
        digits: fc.constantFrom<'all' | number>('all', 1, 2, 3, 7),
      },
      { requiredKeys: ['aggregate', 'of', 'fraction'] },
    ),
  ]
  return fc.tuple(fc.oneof(...aggregates), options).map(
    ([aggregate, { where, at }]): MeasureData => ({
      ...aggregate,
      ...(where === undefined ? {} : { where }),
      ...(at === undefined ? {} : { at }),
    }),
  )
}

const isAdditive = ({ aggregate }: MeasureData): boolean => aggregate === 'count' || aggregate === 'sum'

/** Whether a measure is an exact number, so that a ratio may be made of it. */
function isNumber({ aggregate, of }: MeasureData): boolean {
  if (aggregate !== 'min' && aggregate !== 'max') return true
  return of !== undefined && (!('column' in of) || (numbers as readonly string[]).includes(of.column))
}

export interface ChosenDerived {
  readonly derive: DerivedData['derive']
  readonly choices: readonly [number, number]
  readonly scale?: number
}

export const chosenDerived: fc.Arbitrary<ChosenDerived> = fc.record(
  {
    derive: fc.constantFrom('ratio', 'growth', 'share', 'runningTotal'),
    choices: fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })),
    scale: fc.nat({ max: 8 }),
  },
  { requiredKeys: ['derive', 'choices'] },
)

/** The derived value that is chosen, where the report has the measures and periods for it. */
export function derivedOf(
  { derive, choices, scale }: ChosenDerived,
  measures: Readonly<Record<string, MeasureData>>,
  periods: readonly string[],
  isTimed: boolean,
): DerivedData | undefined {
  const names = (fits: (measure: MeasureData) => boolean) =>
    Object.entries(measures).flatMap(([name, each]) => (fits(each) ? [name] : []))
  const pick = (from: readonly string[], at: 0 | 1) => from[choices[at] % from.length] as string
  const scaled = scale === undefined ? {} : { scale }
  const [additive, numeric] = [names(isAdditive), names(isNumber)]
  switch (derive) {
    case 'ratio':
      return numeric.length === 0 ? undefined : { derive, over: pick(numeric, 0), under: pick(numeric, 1), ...scaled }
    case 'growth': {
      const [from, to] = [periods[choices[1] % 2], periods[1 - (choices[1] % 2)]]
      if (numeric.length === 0 || from === undefined || to === undefined) return undefined
      return { derive, of: pick(numeric, 0), from, to, ...scaled }
    }
    case 'share':
      return additive.length === 0 ? undefined : { derive, of: pick(additive, 0), ...scaled }
    case 'runningTotal': {
      if (additive.length === 0 || !isTimed) return undefined
      const [add, subtract] = [pick(additive, 0), pick(additive, 1)]
      return { derive, add, ...(add === subtract ? {} : { subtract }) }
    }
  }
}

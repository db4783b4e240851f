import type { Derived } from './derived.ts'
import { columnsOf, type Operand } from './expression.ts'
import type { Description } from './label.ts'
import type { Measure } from './measure.ts'

/** What a value takes over from the columns that it is computed of. Not the label: a sum and a mean must be told apart. */
type Inherited = Pick<Description, 'unit' | 'currency' | 'better'>

/** The currency of an operand's values: of the columns that it reads, at most one is an amount of money (`validateOperand`). */
export function currencyOf(operand: Operand): string | undefined {
  return columnsOf(operand).find(({ currency }) => currency !== undefined)?.currency
}

/** What a measure says of itself; where it says nothing, what follows from its operand. A count is of nothing but itself. */
export function describeMeasure(measure: Measure): Description {
  const { aggregate, of } = measure
  if (of === undefined || aggregate === 'count' || aggregate === 'countDistinct') return measure
  return { ...inherited(of), ...measure }
}

/** A running total has the unit and currency of what it adds, a ratio the currency of an amount per something else. */
export function describeDerived(derived: Derived, measures: Readonly<Record<string, Measure>>): Description {
  const of = (name: string): Description => describeMeasure(measures[name] as Measure)
  switch (derived.derive) {
    case 'runningTotal':
      return { ...stated(of(derived.add).unit, of(derived.add).currency), ...derived }
    case 'ratio':
      return of(derived.under).currency === undefined
        ? { ...stated(undefined, of(derived.over).currency), ...derived }
        : derived
    default:
      return derived
  }
}

function inherited(operand: Operand): Inherited {
  const better = typeof operand === 'object' && operand.node === 'column' ? operand.better : undefined
  return { ...stated(unitOf(operand), currencyOf(operand)), ...(better === undefined ? {} : { better }) }
}

/** Sums and differences keep a unit that all of their columns have; a product has none that could be named. */
function unitOf(operand: Operand): string | undefined {
  if (typeof operand !== 'object' || operand.node === 'times') return undefined
  if (operand.node === 'column' || operand.node === 'elapsed') return operand.unit
  const units = [operand.left, operand.right].filter((side) => typeof side === 'object').map(unitOf)
  return units.every((unit) => unit === units[0]) ? units[0] : undefined
}

function stated(unit: string | undefined, currency: string | undefined): Inherited {
  return { ...(unit === undefined ? {} : { unit }), ...(currency === undefined ? {} : { currency }) }
}

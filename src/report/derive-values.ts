import type { Combination, Draft } from './answer.ts'
import { divide, type Exact, negate, plus } from './decimal.ts'
import type { Derived } from './derived.ts'
import type { Reading } from './reading.ts'
import type { MeasureValue } from './state.ts'

/** Computes every derived value of every draft, from the measures alone. */
export function deriveValues({ report, periods }: Reading, combinations: readonly Combination[]): void {
  for (const [name, derived] of Object.entries(report.derive)) {
    if (derived.derive === 'runningTotal') {
      for (const combination of combinations) runTotal(name, derived, combination, periods.length)
    } else {
      const totals = derived.derive === 'share' ? totalsOf(derived.of, combinations, periods.length) : []
      for (const { drafts } of combinations) {
        drafts.forEach((draft, at) => {
          draft.derived[name] = valuesOf(derived, draft, totals[at] ?? [], periods, report.time?.grain !== undefined)
        })
      }
    }
  }
}

function valuesOf(
  derived: Exclude<Derived, { derive: 'runningTotal' }>,
  { measures, times }: Draft,
  totals: readonly Exact[],
  periods: Reading['periods'],
  bucketed: boolean,
): MeasureValue[] {
  const measured = (measure: string, p: number) => exact(measures[measure]?.[p])
  switch (derived.derive) {
    case 'ratio':
      return periods.map((_, p) => quotient(measured(derived.over, p), measured(derived.under, p), derived.scale))
    case 'share':
      return periods.map((_, p) => quotient(measured(derived.of, p), totals[p] ?? null, derived.scale))
    case 'growth': {
      const [from, to] = [derived.from, derived.to].map((period) => {
        const p = periods.findIndex(({ name }) => name === period)
        return bucketed && times[p] === null ? null : measured(derived.of, p)
      }) as [Exact | null, Exact | null]
      const gained = from === null || to === null ? null : plus(to, negate(from))
      return [quotient(gained, from, derived.scale)]
    }
  }
}

/** Per bucket and period: the sum over all combinations. */
function totalsOf(measure: string, combinations: readonly Combination[], periods: number): Exact[][] {
  const totals: Exact[][] = []
  for (const { drafts } of combinations) {
    drafts.forEach((draft, at) => {
      totals[at] ??= Array.from({ length: periods }, () => zero)
      const row = totals[at]
      for (let p = 0; p < periods; p++) row[p] = plus(row[p] as Exact, exact(draft.measures[measure]?.[p]) ?? zero)
    })
  }
  return totals
}

function runTotal(
  name: string,
  { add, subtract }: Extract<Derived, { derive: 'runningTotal' }>,
  { drafts, opening }: Combination,
  periods: number,
): void {
  for (let p = 0; p < periods; p++) {
    const net = (values: Readonly<Record<string, MeasureValue[]>>) => {
      const added = exact(values[add]?.[p]) ?? zero
      return subtract === undefined ? added : plus(added, negate(exact(values[subtract]?.[p]) ?? zero))
    }
    let total = net(opening)
    for (const draft of drafts) {
      total = plus(total, net(draft.measures))
      draft.derived[name] ??= []
      draft.derived[name][p] = total
    }
  }
}

const zero: Exact = { unscaled: 0n, scale: 0 }

const exact = (value: MeasureValue | undefined): Exact | null =>
  typeof value === 'object' && value !== null ? value : null

function quotient(over: Exact | null, under: Exact | null, scale: number): Exact | null {
  return over === null || under === null || under.unscaled === 0n ? null : divide(over, under, scale)
}

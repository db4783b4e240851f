import { compareText } from '../report/compare-text.ts'
import { formatExact } from '../report/decimal.ts'
import { isNullable, scaleOf, typeOf } from '../report/expression.ts'
import type { Measure } from '../report/measure.ts'
import { countedText } from './counted-value.ts'

/** What an engine gives for a measure that is part of a group's vector (see `statesOf`). */
export function vectorState(
  { aggregate, of = 0 }: Measure,
  vector: readonly bigint[],
  offset: number,
): (string | null)[] {
  const first = vector[offset] as bigint
  if (aggregate === 'count') return [first.toString()]
  const values = vector[offset + 1] as bigint
  const scale = typeof of === 'object' && of.node === 'elapsed' ? 0 : scaleOf(typeOf(of))
  const sum = formatExact({ unscaled: first, scale })
  if (aggregate === 'avg') return [values === 0n ? null : sum, values.toString()]
  return [values === 0n && isNullable(of) ? null : sum]
}

/** The same for a measure of counted values: how often each occurs. */
export function countedState(measure: Measure, counted: ReadonlyMap<string, bigint>): string | null {
  const occurring = [...counted].filter(([, times]) => times > 0n)
  if (measure.aggregate === 'countDistinct') return String(occurring.length)
  occurring.sort(([a], [b]) => compareText(a, b))
  const type = typeOf(measure.of ?? 0)
  const write = (entry: readonly [string, bigint] | undefined) =>
    entry === undefined ? null : countedText(type, entry[0])
  if (measure.aggregate === 'min') return write(occurring[0])
  if (measure.aggregate === 'max') return write(occurring.at(-1))
  const total = occurring.reduce((sum, [, times]) => sum + times, 0n)
  const rank = BigInt(Math.max(1, Math.ceil((measure.fraction ?? 0) * Number(total))))
  let passed = 0n
  return write(
    occurring.find(([, times]) => {
      passed += times
      return passed >= rank
    }),
  )
}

import type { ColumnKind } from '../report/column.ts'
import type { Cell } from './cell.ts'
import type { CellOf } from './cells.ts'
import { compileCounted } from './counted-value.ts'
import type { Counters } from './counters.ts'
import { isFoldColumn } from './fold-operand.ts'
import { isRefused } from './image.ts'
import { segment } from './key.ts'
import { compileNumber, compileSummand } from './operand.ts'
import { compilePlace, type Prefixes } from './place.ts'
import { type Flow, type FoldPlan, openingRefusedAt, type PlannedMeasure, refusedAt, rowsAt } from './plan.ts'
import { compileRowTests } from './row-tests.ts'
import { RowVector } from './row-vector.ts'
import type { Tuple } from './tuple.ts'

/** A part of what a row adds: first all of it is read, then it is added. */
export interface FoldPart {
  /** Throws PoisonedValue. */
  read(): void
  add(counters: Counters, sign: 1 | -1): void
}

/** What a row adds by one time column. */
export function compileFlow(plan: FoldPlan, flow: Flow, index: number, dimensions: Tuple, cellOf: CellOf): FoldPart {
  const vector = new RowVector()
  const fill = compileVector(flow, vector, cellOf)
  const counted = flow.measures.flatMap((measure, m) =>
    measure.offset === null
      ? [{ kind: `${index}v${m}`, read: compileCounted(measure, cellOf), value: null as string | null }]
      : [],
  )
  const placeOf = compilePlace(plan, flow, [`${index}c`, ...counted.map(({ kind }) => kind)], cellOf)
  const total = segment(`${index}t`)
  let prefixes: Prefixes | null = null
  return {
    read() {
      prefixes = placeOf()
      if (prefixes === null) return
      fill()
      for (const each of counted) each.value = each.read()
    },
    add(counters, sign) {
      if (prefixes === null) return
      const { key, combination } = dimensions
      const base = combination * flow.width
      vector.addTo(counters, prefixes[0] as string, key, base, sign)
      if (flow.totals) vector.addTo(counters, total, key, base, sign)
      for (let i = 0; i < counted.length; i++) {
        const value = counted[i]?.value ?? null
        if (value === null) continue
        counters.add(counters.at(prefixes[i + 1] as string, dimensions.all() + value), 0, sign)
      }
    },
  }
}

/** Fills the vector with what the row adds to its group. */
function compileVector(flow: Flow, vector: RowVector, cellOf: CellOf): () => void {
  const measures = flow.measures.flatMap((measure) => compileMeasure(measure, vector, cellOf))
  const inexact = compileGuard(flow.guarded.map(cellOf))
  const openingInexact = compileGuard((flow.openingGuarded ?? []).map(cellOf))
  return () => {
    vector.clear()
    vector.put(rowsAt, 1)
    if (inexact()) vector.put(refusedAt, 1)
    if (openingInexact()) vector.put(openingRefusedAt, 1)
    for (const measure of measures) measure()
  }
}

/** Whether one of some columns has no exact figure. */
function compileGuard(cells: readonly Cell[]): () => boolean {
  const of = (...kinds: ColumnKind[]) => cells.filter(({ column }) => kinds.includes(column.type.kind))
  const [numbers, values] = [of('decimal', 'timestamp'), of('real', 'date')]
  return () => {
    for (const cell of numbers) if (isRefused(cell.number)) return true
    for (const cell of values) if (isRefused(cell.value)) return true
    return false
  }
}

function compileMeasure(measure: PlannedMeasure, vector: RowVector, cellOf: CellOf): (() => void)[] {
  const { offset, of, aggregate } = measure
  if (offset === null) return []
  const put = aggregate === 'count' ? compileCount(of, offset, vector, cellOf) : compileSum(of, offset, vector, cellOf)
  if (measure.where.length === 0) return [put]
  const holds = compileRowTests(measure.where, cellOf)
  return [
    () => {
      if (holds()) put()
    },
  ]
}

/** A refused value is counted, and its group is refused. */
function compileCount(of: PlannedMeasure['of'], offset: number, vector: RowVector, cellOf: CellOf): () => void {
  if (of === null) return () => vector.put(offset, 1)
  if (isFoldColumn(of)) {
    const cell = cellOf(of)
    return () => {
      if (cell.text !== null) vector.put(offset, 1)
    }
  }
  const { read } = compileNumber(of, cellOf)
  return () => {
    if (read() !== null) vector.put(offset, 1)
  }
}

function compileSum(of: PlannedMeasure['of'], offset: number, vector: RowVector, cellOf: CellOf): () => void {
  const { read } = compileSummand(of ?? 0, cellOf)
  return () => {
    const value = read()
    if (value === null || isRefused(value)) return
    vector.put(offset, value)
    vector.put(offset + 1, 1)
  }
}

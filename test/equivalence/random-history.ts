import fc from 'fast-check'
import type { History, Rows, Step, Transaction } from './history.ts'
import { type Moment, moments } from './moments.ts'
import { question } from './random-report.ts'
import { chosenRow, storedRow, table } from './random-table.ts'
import { type PropertyName, propertyNames, type Storage, type StoredRow } from './table.ts'
import { storedValue } from './values.ts'
import type { Question } from './world.ts'

export const questionsPerHistory = 8
const transactionsPerHistory = 14
/** Rows of a very large transaction: more than memory is allowed for, and more than one piece of the stream. */
const largest = 2_500

type Chosen = Readonly<Record<string, number | undefined>>
/** A step whose values are still the numbers that choose them. */
type ChosenStep = (storage: Storage, anchor: string) => Step

const target = { table: fc.nat(1), tenant: fc.nat(2) }
const rows: fc.Arbitrary<Rows> = fc.record({
  from: fc.nat(200),
  count: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 4 }), weight: 4 }, { arbitrary: fc.constant(60), weight: 1 }),
})
const property = fc.constantFrom(...propertyNames)
const fixed = <T extends Step>(step: fc.Arbitrary<T>): fc.Arbitrary<ChosenStep> => step.map((each) => () => each)

const inserted = fc
  .record({ ...target, rows: fc.array(chosenRow as fc.Arbitrary<Chosen>, { minLength: 1, maxLength: 6 }) })
  .map(
    ({ rows, ...target }): ChosenStep =>
      (storage, anchor) => ({
        step: 'insert',
        ...target,
        inserted: rows.map((row) => storedRow(storage, anchor, row)),
      }),
  )
const copied = (most: number) =>
  fc
    .record({ ...target, row: chosenRow as fc.Arbitrary<Chosen>, property, times: fc.integer({ min: 2, max: most }) })
    .map(
      ({ row, property, ...rest }): ChosenStep =>
        (storage, anchor) => ({
          step: 'copy',
          ...rest,
          row: storedRow(storage, anchor, row),
          property,
          values: Array.from({ length: 30 }, (_, choice) => storedValue(storage, anchor, property, choice)),
        }),
    )
const updated = fc
  .record({
    ...target,
    rows,
    row: chosenRow as fc.Arbitrary<Chosen>,
    set: fc.uniqueArray(property, { minLength: 1, maxLength: 4 }),
  })
  .map(
    ({ row, set, ...rest }): ChosenStep =>
      (storage, anchor) => ({ step: 'update', ...rest, set: only(storedRow(storage, anchor, row), set) }),
  )

/** Leaves large values alone in rows that change otherwise. */
const resized = fc.record({ ...target, from: fc.nat(200), choice: fc.nat(20) }).map(
  ({ from, choice, ...target }): ChosenStep =>
    (storage, anchor) => ({
      step: 'update',
      ...target,
      rows: { from, count: 300 },
      set: { size: storedValue(storage, anchor, 'size', choice) },
    }),
)

const only = (row: StoredRow, names: readonly PropertyName[]): StoredRow =>
  Object.fromEntries(names.map((name) => [name, row[name] ?? null]))

const plainStep: fc.Arbitrary<ChosenStep> = fc.oneof(
  { weight: 10, arbitrary: inserted },
  { weight: 2, arbitrary: copied(60) },
  { weight: 10, arbitrary: updated },
  { weight: 3, arbitrary: resized },
  { weight: 3, arbitrary: fixed(fc.record({ step: fc.constant('touch' as const), ...target, rows })) },
  {
    weight: 5,
    arbitrary: fixed(
      fc.record({
        step: fc.constant('enlarge' as const),
        ...target,
        rows: fc.record({ from: fc.nat(200), count: fc.constantFrom(1, 60, 300) }),
        property: fc.constantFrom('name' as const, 'note' as const),
      }),
    ),
  },
  { weight: 3, arbitrary: fixed(fc.record({ step: fc.constant('moveKey' as const), ...target, rows })) },
  {
    weight: 4,
    arbitrary: fixed(fc.record({ step: fc.constant('moveTenant' as const), ...target, rows, to: fc.nat(2) })),
  },
  { weight: 6, arbitrary: fixed(fc.record({ step: fc.constant('delete' as const), ...target, rows })) },
)
const savepoint: fc.Arbitrary<ChosenStep> = fc
  .record({ steps: fc.array(plainStep, { minLength: 1, maxLength: 3 }), isUndone: fc.boolean() })
  .map(
    ({ steps, isUndone }): ChosenStep =>
      (storage, anchor) => ({ step: 'savepoint', steps: steps.map((each) => each(storage, anchor)), isUndone }),
  )
const step = fc.oneof(
  { weight: 40, arbitrary: plainStep },
  { weight: 5, arbitrary: savepoint },
  { weight: 1, arbitrary: copied(largest) },
  { weight: 1, arbitrary: fixed(fc.record({ step: fc.constant('truncate' as const), ...target })) },
)
const transaction = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  isRolledBack: fc.nat(9).map((number) => number === 0),
  isJudged: fc.nat(3).map((number) => number === 0),
})

/** The question, also of what may be large and of what changes beside it. */
const withLarge = (asked: Question): Question =>
  asked.report.time !== undefined && asked.report.time.column === undefined
    ? asked
    : {
        ...asked,
        report: {
          ...asked.report,
          measures: {
            ...asked.report.measures,
            names: { aggregate: 'countDistinct', of: { column: 'name' } },
            notes: { aggregate: 'countDistinct', of: { column: 'note' } },
            sizes: { aggregate: 'sum', of: { column: 'size' } },
          },
        },
      }

const historyAbout = (moment: Moment): fc.Arbitrary<History> =>
  fc
    .record({
      table: table(moment),
      usesStandby: fc.boolean(),
      isUnderWay: fc.boolean(),
      questions: fc.array(question(moment), { minLength: questionsPerHistory, maxLength: questionsPerHistory }),
      transactions: fc.array(transaction, { minLength: 4, maxLength: transactionsPerHistory, size: 'max' }),
    })
    .map(({ table, questions, transactions, ...each }) => ({
      ...table,
      ...each,
      // One to each table.
      questions: questions.map((asked, at) => (at < 2 ? withLarge(asked) : asked)),
      rowLimit: 400,
      transactions: transactions.map(
        ({ steps, ...each }): Transaction => ({
          ...each,
          steps: steps.map((make) => make(table.storage, moment.instant)),
        }),
      ),
    }))

/** Two tables about one instant, what happens to them, and questions. */
export const history: fc.Arbitrary<History> = fc.constantFrom(...moments).chain(historyAbout)

import fc from 'fast-check'
import { moments } from './moments.ts'
import { question } from './random-report.ts'
import { table } from './random-table.ts'
import type { World } from './world.ts'

export const questionsPerWorld = 12

/** A table and its rows about one instant, and questions to it. When it shrinks, questions go first. */
export const world: fc.Arbitrary<World> = fc.constantFrom(...moments).chain((moment) =>
  fc
    .record({
      table: table(moment),
      rowLimit: fc.constantFrom(400, 400, 60),
      questions: fc.array(fc.option(question(moment), { freq: 100_000, nil: undefined }), {
        minLength: questionsPerWorld,
        maxLength: questionsPerWorld,
      }),
    })
    .map(({ table, questions, rowLimit }) => ({
      ...table,
      rowLimit,
      questions: questions.filter((each) => each !== undefined),
    })),
)

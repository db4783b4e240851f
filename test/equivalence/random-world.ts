import fc from 'fast-check'
import { question } from './random-report.ts'
import { table } from './random-table.ts'
import { anchors } from './values.ts'
import type { World } from './world.ts'

export const questionsPerWorld = 12

/** A table and its rows about one instant, and questions to it. When it shrinks, questions go first. */
export const world: fc.Arbitrary<World> = fc.constantFrom(...anchors).chain((anchor) =>
  fc
    .record({
      table: table(anchor),
      rowLimit: fc.constantFrom(400, 400, 60),
      questions: fc.array(fc.option(question(anchor), { freq: 100_000, nil: undefined }), {
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

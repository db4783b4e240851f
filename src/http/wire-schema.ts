/** The schemas of what `wire.ts` declares, as far as it is the same for every report. */
import { errors } from '../errors.ts'
import { exactly, nullable, type Schema } from './value-schema.ts'

const text: Schema = { type: 'string' }
const texts: Schema = { type: 'array', items: text }
const flag: Schema = { type: 'boolean' }
const kind: Schema = {
  type: 'string',
  enum: ['text', 'integer', 'bigint', 'decimal', 'boolean', 'timestamp', 'date', 'uuid', 'enum', 'real'],
}
const engine: Schema = { type: 'string', enum: ['replica', 'store'] }
const values: Schema = { type: 'array', items: exactly({ value: text, label: text }) }
const scale: Schema = { type: 'integer', minimum: 0, description: 'Digits after the point of a decimal.' }

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

const summary = { name: text, title: text, description: text }

const freshness: Readonly<Record<string, Schema>> = {
  asOf: {
    ...nullable({ type: 'string', format: 'date-time' }),
    description: 'The rows hold everything that was committed by then. Null: nobody can tell yet.',
  },
  lagSeconds: { ...nullable({ type: 'number' }), description: 'How far the source is ahead of the rows.' },
  position: {
    ...nullable({ type: 'string', pattern: '^[0-9a-f]{16}$' }),
    description: 'Everything that was committed up to it is in the rows. Null: what answered has no such order.',
  },
}

const share: Schema = { type: 'number', minimum: 0, maximum: 1 }
const progress: Schema = {
  ...nullable(share),
  description: 'With `building`: how far the counters have come. Null: nobody can tell.',
}

/** The members of an answer that are the same for every report. */
export const answerMembers: Readonly<Record<string, Schema>> = {
  ...freshness,
  report: text,
  stale: {
    ...flag,
    description: 'Whether the lag is more than the report allows, or cannot be told where it allows one.',
  },
  timeZone: { ...text, description: 'The zone whose days the rows are about.' },
  engine,
  building: {
    type: 'boolean',
    const: true,
    description: 'The store is to answer, but its counters are not complete yet: the replica has answered.',
  },
  progress,
  columns: { type: 'array', items: ref('Column') },
}

export const wireSchemas: Readonly<Record<string, Schema>> = {
  Problem: {
    ...exactly(
      {
        type: { type: 'string', format: 'uri' },
        title: text,
        status: { type: 'integer', minimum: 400, maximum: 599 },
        detail: text,
        code: { type: 'string', enum: Object.keys(errors).filter((code) => 'status' in errors[code as 'INTERNAL']) },
        next: { ...text, description: 'The next step for whoever sees the error.' },
        requestId: { ...text, description: 'Under which the log knows the request.' },
        retryAfter: { type: 'integer', minimum: 1, description: 'Seconds after which trying again makes sense.' },
        progress: { ...share, description: 'Of REPORT_BUILDING: how far the counters have come.' },
      },
      ['retryAfter', 'progress'],
    ),
    description: 'An error as RFC 9457 has it. A program looks at `code`; the texts are for people.',
  },
  Moment: exactly({ ...freshness, progress }, ['progress']),
  Summary: exactly(summary, ['description']),
  Column: exactly(
    {
      name: text,
      role: { type: 'string', enum: ['dimension', 'label', 'time', 'measure', 'derived', 'column'] },
      kind,
      nullable: flag,
      label: text,
      description: text,
      scale,
      values: { ...values, description: 'Of an enum, in their order.' },
      unit: text,
      currency: { ...text, description: 'ISO 4217.' },
      better: { type: 'string', enum: ['higher', 'lower'] },
      periods: { ...texts, description: 'In a comparison: the names under which the value stands.' },
      grain: { type: 'string', enum: ['hour', 'day', 'week', 'month', 'quarter', 'year'] },
    },
    ['description', 'scale', 'values', 'unit', 'currency', 'better', 'periods', 'grain'],
  ),
  Parameter: exactly({ name: text, label: text, kind, scale, values, required: flag }, ['scale', 'values']),
  Description: exactly(
    {
      ...summary,
      columns: { type: 'array', items: ref('Column') },
      params: { type: 'array', items: ref('Parameter') },
      filters: { type: 'array', items: ref('Parameter') },
      engine,
      freshWithin: {
        ...nullable({ type: 'integer' }),
        description: 'Seconds; an answer that is older says that it is stale.',
      },
    },
    ['description'],
  ),
  Options: exactly({
    report: text,
    filter: text,
    options: {
      type: 'array',
      items: exactly(
        { value: { type: ['string', 'number', 'boolean', 'null'] }, label: { type: ['string', 'null'] } },
        ['label'],
      ),
    },
    complete: { ...flag, description: 'False where there are more values than are listed.' },
  }),
}

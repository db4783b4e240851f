import { errorsByStatus, type OperationKind, operationErrors } from './operation-errors.ts'
import { problemMediaType } from './problem.ts'
import type { Schema } from './value-schema.ts'
import { ref } from './wire-schema.ts'

const phrases: Readonly<Record<number, string>> = {
  400: 'The request is wrong.',
  401: 'Nobody is signed in.',
  403: 'The tenant has no access to reports.',
  404: 'There is no such thing for this viewer.',
  422: 'The report cannot be answered as it was asked.',
  429: 'Too much is asked at once.',
  500: 'Something unexpected happened.',
  503: 'Something that is needed cannot be reached.',
}

export interface OperationInput {
  readonly kind: OperationKind
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  readonly answer: Schema
  readonly mediaType?: string
  /** When the answer is 204. */
  readonly empty?: string
  readonly parameters?: readonly Schema[]
  readonly requestBody?: Schema
}

const reads: readonly OperationKind[] = ['read', 'readMany', 'options']
const open: readonly OperationKind[] = ['live', 'ready', 'metrics']

/** An operation with every answer it may give. */
export function operation(input: OperationInput): Schema {
  const { kind, operationId, summary, description, tag, answer, mediaType = 'application/json', requestBody } = input
  const conditional = mediaType === 'application/json' && requestBody === undefined && !open.includes(kind)
  const parameters = [
    ...(input.parameters ?? []),
    ...(open.includes(kind) ? [] : [component('parameters', 'acceptLanguage')]),
    ...(conditional ? [component('parameters', 'ifNoneMatch')] : []),
    ...(reads.includes(kind) ? [component('parameters', 'includes')] : []),
  ]
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    ...(open.includes(kind) ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      200: {
        description: 'The answer.',
        headers: {
          ...requestIdHeader,
          ...(conditional ? { ETag: component('headers', 'etag') } : {}),
          ...(kind === 'read' ? freshnessResponse : {}),
        },
        content: { [mediaType]: { schema: answer } },
      },
      ...(input.empty === undefined ? {} : { 204: { description: input.empty, headers: requestIdHeader } }),
      ...(conditional ? { 304: component('responses', kind === 'read' ? 'answerUnchanged' : 'unchanged') } : {}),
      ...Object.fromEntries(
        [...errorsByStatus(kind).keys()].map((status) => [status, component('responses', problemName(kind, status))]),
      ),
    },
  }
}

const component = (type: string, name: string): Schema => ({ $ref: `#/components/${type}/${name}` })
const problemName = (kind: OperationKind, status: number) => `${kind}-${status}`

const requestIdHeader = { 'X-Request-Id': component('headers', 'requestId') }
const freshnessResponse = {
  'Millrace-As-Of': component('headers', 'asOf'),
  'Millrace-Lag-Seconds': component('headers', 'lagSeconds'),
  'Millrace-Position': component('headers', 'position'),
  'Millrace-Progress': component('headers', 'progress'),
}

const unchanged = { description: 'The client has the answer already.' }

/** What operations refer to. */
export function operationComponents() {
  const problems = (Object.keys(operationErrors) as OperationKind[]).flatMap((kind) =>
    [...errorsByStatus(kind)].map(([status, codes]) => [problemName(kind, status), problemResponse(status, codes)]),
  )
  return {
    parameters: {
      acceptLanguage: {
        name: 'Accept-Language',
        in: 'header',
        description: 'The languages of titles and labels.',
        schema: { type: 'string' },
      },
      ifNoneMatch: {
        name: 'If-None-Match',
        in: 'header',
        description: 'The ETag of the answer that the client has.',
        schema: { type: 'string' },
      },
      includes: {
        name: 'Millrace-Position',
        in: 'header',
        description:
          'The position of a write of the client: the answer holds it, after a wait of 2 s at most, or is POSITION_NOT_REACHED.',
        schema: { type: 'string', pattern: '^([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}|[0-9A-Fa-f]{16})$' },
      },
    },
    headers: {
      requestId: { description: 'Under which the log knows the request.', schema: { type: 'string' } },
      retryAfter: { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } },
      etag: { description: 'Changes with the answer, but not with its freshness alone.', schema: { type: 'string' } },
      asOf: { description: 'As `asOf` of the answer.', schema: { type: 'string', format: 'date-time' } },
      lagSeconds: { description: 'As `lagSeconds` of the answer.', schema: { type: 'number' } },
      position: { description: 'As `position` of the answer.', schema: { type: 'string' } },
      progress: { description: 'As `progress` of the answer.', schema: { type: 'number' } },
    },
    responses: {
      unchanged: { ...unchanged, headers: { ...requestIdHeader, ETag: component('headers', 'etag') } },
      answerUnchanged: {
        ...unchanged,
        description: `${unchanged.description} How current it is now stands in the headers.`,
        headers: { ...requestIdHeader, ETag: component('headers', 'etag'), ...freshnessResponse },
      },
      ...Object.fromEntries(problems),
    },
  }
}

function problemResponse(status: number, codes: readonly string[]): Schema {
  const retry = status === 429 || status === 503
  return {
    description: phrases[status],
    headers: { ...requestIdHeader, ...(retry ? { 'Retry-After': component('headers', 'retryAfter') } : {}) },
    content: {
      [problemMediaType]: {
        schema: {
          allOf: [ref('Problem'), { properties: { status: { const: status }, code: { enum: codes } } }],
        },
      },
    },
  }
}

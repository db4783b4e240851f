import type { AnyReport } from '../report/catalog.ts'
import type { Languages } from './describe.ts'
import { referredTo } from './openapi-components.ts'
import { operation, operationComponents } from './openapi-operation.ts'
import { type ReportDocument, reportDocument } from './openapi-report.ts'
import { mostReports } from './read-many.ts'
import { exactly, type Schema } from './value-schema.ts'
import { ref, wireSchemas } from './wire-schema.ts'

export interface OpenApiOptions {
  /** What the interface is called. `Reports`. */
  readonly title?: string
  readonly description?: string
  /** The version of the interface that the host serves. `1`. */
  readonly version?: string
  /** Where the paths begin. `/`. */
  readonly server?: string
  /** How a client signs in, as OpenAPI's security scheme object has it. A bearer token, unless told. */
  readonly security?: Schema
  readonly languages?: Languages
  /** Whether `/metrics` is served. */
  readonly metrics?: boolean
}

/**
 * The OpenAPI 3.1 document of these reports: the paths, parameters and rows of each by their own types, and every error
 * that each operation may answer with. It names whatever it is given, so a viewer is shown that of `readable` (law T7).
 */
export function openApiDocument(reports: readonly AnyReport[], options: OpenApiOptions = {}): Schema {
  const { title = 'Reports', version = '1', server = '/', languages = [], metrics = false } = options
  const { security = { type: 'http', scheme: 'bearer' } } = options
  const documents = reports.map((report) => reportDocument(report, languages))
  const paths = merged([
    { '/reports': { get: list }, '/reports/events': { get: events } },
    documents.length === 0 ? {} : { '/reports/rows': { post: readMany(documents) } },
    ...documents.map((each) => each.paths),
    { '/openapi.json': { get: document }, '/health/live': { get: live }, '/health/ready': { get: ready } },
    metrics ? { '/metrics': { get: scrape } } : {},
  ])
  const schemas = Object.assign({}, wireSchemas, ...documents.map((each) => each.schemas))
  return {
    openapi: '3.1.0',
    info: { title, version, ...(options.description === undefined ? {} : { description: options.description }) },
    servers: [{ url: server }],
    security: [{ viewer: [] }],
    tags: [
      { name: 'reports', description: 'Reports, as far as the viewer may read them.' },
      { name: 'operations', description: 'For whoever operates the service.' },
    ],
    paths,
    components: {
      ...referredTo(paths, { schemas, ...operationComponents() }),
      securitySchemes: { viewer: security },
    },
  }
}

/** A report called `rows` shares its path with the reading of several. */
function merged(groups: readonly Readonly<Record<string, Schema>>[]): Readonly<Record<string, Schema>> {
  const paths: Record<string, Schema> = {}
  for (const [path, item] of groups.flatMap((group) => Object.entries(group))) paths[path] = { ...paths[path], ...item }
  return paths
}

const list = operation({
  kind: 'list',
  operationId: 'list',
  summary: 'The reports that the viewer may read',
  tag: 'reports',
  answer: exactly({ reports: { type: 'array', items: ref('Summary') } }),
})

const events = operation({
  kind: 'events',
  operationId: 'events',
  summary: 'Tells which reports change',
  description:
    'Server-sent events, until the client goes away or its sign-in ends. `hello` comes first: `{ position, since, asOf, lagSeconds }`; `changed` names a report: `{ report, position, asOf, lagSeconds }`; `building` says how far the counters of one have come: the same with `progress`; `ready`: they are complete; `at`, every 15 s, says that nothing else has changed.',
  tag: 'reports',
  mediaType: 'text/event-stream',
  answer: { type: 'string' },
  empty: 'No store answers a report, and nothing is told.',
  parameters: [
    {
      name: 'Last-Event-ID',
      in: 'header',
      description: 'The position of the last event that the client has seen: what changed since then is told first.',
      schema: { type: 'string' },
    },
  ],
})

const document = operation({
  kind: 'document',
  operationId: 'document',
  summary: 'This document, as far as it concerns the viewer',
  tag: 'reports',
  answer: { type: 'object' },
})

const live = operation({
  kind: 'live',
  operationId: 'live',
  summary: 'Whether the process answers at all',
  tag: 'operations',
  answer: exactly({ status: { type: 'string', const: 'live' } }),
})

const ready = operation({
  kind: 'ready',
  operationId: 'ready',
  summary: 'Whether reports can be read now',
  tag: 'operations',
  answer: exactly({ status: { type: 'string', const: 'ready' } }),
})

const scrape = operation({
  kind: 'metrics',
  operationId: 'metrics',
  summary: 'What Prometheus scrapes',
  tag: 'operations',
  mediaType: 'text/plain',
  answer: { type: 'string' },
})

const oneOf = (schemas: readonly Schema[]): Schema =>
  schemas.length === 1 ? (schemas[0] as Schema) : { oneOf: schemas }

function readMany(documents: readonly ReportDocument[]): Schema {
  const requests = { type: 'array', minItems: 1, maxItems: mostReports }
  const problem = exactly({ report: { type: 'string' }, problem: ref('Problem') })
  return operation({
    kind: 'readMany',
    operationId: 'readMany',
    summary: 'Several reports at once',
    description:
      'Each report answers or fails by itself; the results are in the order of the requests. A request that names the entity tag of the answer that there is gets only how current that is.',
    tag: 'reports',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: exactly({ requests: { ...requests, items: oneOf(documents.map(({ request }) => request)) } }),
        },
      },
    },
    answer: exactly({
      results: { ...requests, items: oneOf([problem, ...documents.flatMap(({ results }) => results)]) },
    }),
  })
}

import type { AnyReport } from '../report/catalog.ts'
import { shapeOf } from '../report/shape.ts'
import { columnsIn, filtersIn, type Languages, paramsIn, summaryOf } from './describe.ts'
import { operation } from './openapi-operation.ts'
import { exactly, givenSchema, parameterSchema, rowSchema, type Schema } from './value-schema.ts'
import type { ParameterDescription } from './wire.ts'
import { answerMembers, ref } from './wire-schema.ts'

/** What the document says of one report. */
export interface ReportDocument {
  readonly paths: Readonly<Record<string, Schema>>
  readonly schemas: Readonly<Record<string, Schema>>
  /** As one of the requests of a body, and as what one of its results may be. */
  readonly request: Schema
  readonly results: readonly Schema[]
}

export function reportDocument(report: AnyReport, languages: Languages): ReportDocument {
  const { name, title, description } = summaryOf(report, languages)
  const params = paramsIn(report, languages)
  const filters = filtersIn(report, languages)
  const answer = `${name}.answer`
  const tag = 'reports'
  const path = `/reports/${name}`
  const about = description === undefined ? {} : { description }
  return {
    paths: {
      [path]: {
        get: operation({
          kind: 'describe',
          operationId: `${name}.describe`,
          summary: `What "${title}" is`,
          ...about,
          tag,
          answer: ref('Description'),
        }),
      },
      [`${path}/rows`]: {
        get: operation({
          kind: 'read',
          operationId: `${name}.read`,
          summary: title,
          ...about,
          tag,
          answer: ref(answer),
          parameters: [
            ...params.map((parameter) => inQuery(parameter, false)),
            ...filters.map((filter) => inQuery(filter, true)),
          ],
        }),
      },
      ...(filters.length === 0 ? {} : { [`${path}/options/{filter}`]: optionsPath(name, title, filters) }),
    },
    schemas: {
      [`${name}.row`]: rowSchema(columnsIn(shapeOf(report), languages)),
      [answer]: exactly(
        {
          ...answerMembers,
          report: { type: 'string', const: name },
          rows: { type: 'array', items: ref(`${name}.row`) },
        },
        ['building', 'progress'],
      ),
    },
    request: requestSchema(name, params, filters),
    results: [
      exactly({ report: { type: 'string', const: name }, etag: { type: 'string' }, answer: ref(answer) }),
      exactly({ report: { type: 'string', const: name }, etag: { type: 'string' }, unchanged: ref('Moment') }),
    ],
  }
}

function inQuery(parameter: ParameterDescription, isFilter: boolean): Schema {
  const { name, label, required } = parameter
  const value = givenSchema(parameter)
  return {
    name,
    in: 'query',
    description: isFilter ? `${label}: one value, or several by repeating the name.` : label,
    ...(required ? { required } : {}),
    schema: isFilter ? { type: 'array', items: value } : value,
  }
}

function optionsPath(report: string, title: string, filters: readonly ParameterDescription[]): Schema {
  return {
    get: operation({
      kind: 'options',
      operationId: `${report}.options`,
      summary: `The values that a filter of "${title}" may take`,
      tag: 'reports',
      answer: ref('Options'),
      parameters: [
        {
          name: 'filter',
          in: 'path',
          required: true,
          schema: { type: 'string', enum: filters.map(({ name }) => name) },
        },
      ],
    }),
  }
}

function requestSchema(
  report: string,
  params: readonly ParameterDescription[],
  filters: readonly ParameterDescription[],
): Schema {
  const members = Object.fromEntries([
    ...params.map((parameter) => [parameter.name, parameterSchema(parameter, false)]),
    ...filters.map((filter) => [filter.name, parameterSchema(filter, true)]),
  ])
  const given = exactly(
    members,
    [...params, ...filters].filter(({ required }) => !required).map(({ name }) => name),
  )
  const mayBeLeftOut = params.every(({ required }) => !required)
  const etag = { type: 'string', maxLength: 64, description: 'The tag of the answer that the client has.' }
  return exactly({ report: { type: 'string', const: report }, params: given, etag }, [
    ...(mayBeLeftOut ? ['params'] : []),
    'etag',
  ])
}

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { JsonSchema } from './schema-arbitrary.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | readonly string[] | undefined>>
  readonly body: string
}

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly required?: boolean
  readonly schema: JsonSchema
}

interface Media {
  readonly schema: JsonSchema
}
interface Response {
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Readonly<Record<string, Media>>
}

export interface Operation {
  readonly operationId: string
  readonly path: string
  readonly method: string
  readonly open: boolean
  readonly parameters: readonly Parameter[]
  readonly body: JsonSchema | undefined
}

/** An OpenAPI 3.1 document, as far as checking answers against it takes. */
export class Checked {
  readonly #document: any
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false })
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(document: object) {
    this.#document = document
    addFormats.default(this.#ajv)
    this.#ajv.addSchema({ $id: 'document', ...document })
  }

  operations(): readonly Operation[] {
    return Object.entries<any>(this.#document.paths).flatMap(([path, item]) =>
      Object.entries<any>(item).map(([method, operation]) => ({
        operationId: operation.operationId,
        path,
        method: method.toUpperCase(),
        open: operation.security?.length === 0,
        parameters: (operation.parameters ?? []).map((each: object) => this.#resolve(each)),
        body: operation.requestBody?.content['application/json'].schema,
      })),
    )
  }

  /** What of the answer the document does not say; undefined where it says it all. */
  fault({ path, method }: Pick<Operation, 'path' | 'method'>, { status, headers, body }: Answer): string | undefined {
    const at = `#/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`
    const named = this.#document.paths[path][method.toLowerCase()].responses[status]
    if (named === undefined) return `the status ${status} is not documented`
    const response = this.#resolve<Response>(named)
    const missing = Object.keys(response.headers ?? {}).find(
      (name) => headers[name.toLowerCase()] === undefined && !optionalHeaders.has(name),
    )
    if (missing !== undefined) return `the header ${missing} is missing`
    if (response.content === undefined) return body === '' ? undefined : 'a body where none is documented'
    const type = String(headers['content-type']).split(';')[0] ?? ''
    if (response.content[type] === undefined) return `the media type ${type} is not documented`
    if (!type.endsWith('json')) return undefined
    const base = named.$ref ?? at
    const pointer = `document${base}/content/${escaped(type)}/schema`
    const validate = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: pointer })
    this.#validators.set(pointer, validate)
    let document: unknown
    try {
      document = JSON.parse(body)
    } catch {
      return 'the body is not JSON'
    }
    return validate(document) ? undefined : this.#ajv.errorsText(validate.errors)
  }

  #resolve<T>(value: any): T {
    if (value.$ref === undefined) return value
    const [, , type, name] = value.$ref.split('/')
    return this.#document.components[type][name]
  }
}

/** Left out where nobody can tell how current an answer is. */
const optionalHeaders = new Set(['Millrace-As-Of', 'Millrace-Lag-Seconds', 'Millrace-Position', 'Millrace-Progress'])

const escaped = (name: string): string => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))

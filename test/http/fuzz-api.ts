import fc from 'fast-check'
import { type Answer, Checked, type Operation, type Parameter } from './openapi-check.ts'
import { strangeText, valuesOf } from './schema-arbitrary.ts'

export interface SentRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface FuzzTarget {
  /** The document as `/openapi.json` gives it to a viewer who may read every report. */
  readonly document: object
  readonly send: (request: SentRequest) => Promise<Answer>
  /** Bearer tokens that are somebody's. */
  readonly tokens: readonly string[]
  /** Whether an answer with status 200 holds what the token's viewer must not see. */
  readonly leaks?: (token: string, body: string) => boolean
}

export interface FuzzOptions {
  /** Requests. 500. */
  readonly runs?: number
  readonly seed?: number
}

/** How often each operation was answered with each status: `read 200`, `read 400` … by operation id. */
export type Seen = ReadonlyMap<string, number>

/**
 * Sends requests made from the interface's own document, right and wrong ones, and asks of every answer that it is no
 * 5xx and exactly what the document says. Throws with the request and the seed where it is not.
 */
export async function fuzzApi(target: FuzzTarget, { runs = 500, seed }: FuzzOptions = {}): Promise<Seen> {
  const checked = new Checked(target.document)
  const seen = new Map<string, number>()
  const requests = fc.oneof(
    ...checked.operations().map((operation) => ({
      weight: /\.read$|^readMany$/.test(operation.operationId) ? 4 : 1,
      arbitrary: requestOf(operation, target.tokens),
    })),
  )
  await fc.assert(
    fc.asyncProperty(requests, async ({ operation, request, token, valid }) => {
      const answer = await target.send(request)
      const sees = `${operation.operationId} ${answer.status}`
      seen.set(sees, (seen.get(sees) ?? 0) + 1)
      const { status, body } = answer
      if (status >= 500) throw new Error(`a ${status}: ${body}`)
      const fault = checked.fault(operation, answer)
      if (fault !== undefined) throw new Error(`${status}, but ${fault}: ${body}`)
      if (valid && status === 400 && !beyondSchemas.test(body))
        throw new Error(`refused what the document takes: ${body}`)
      const unknown = operation.operationId.endsWith('.read') && /[?&]unknown=/.test(request.url)
      if (unknown && status === 200) throw new Error('took an unknown parameter')
      if (status === 200 && token !== undefined && target.leaks?.(token, body) === true)
        throw new Error(`leaked: ${body}`)
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  )
  return seen
}

/** What a schema of one parameter cannot say: how two of them stand to each other, and the last digit of 64 bits. */
const beyondSchemas = /must be later than|64 bits/

interface Attempt {
  readonly operation: Operation
  readonly request: SentRequest
  readonly token: string | undefined
  /** Whether the parameters and the body are as the document has them. */
  readonly valid: boolean
}

function requestOf(operation: Operation, tokens: readonly string[]): fc.Arbitrary<Attempt> {
  const parameters = fc.tuple(...operation.parameters.map(parameterText))
  const body = operation.body === undefined ? fc.constant(undefined) : bodyOf(operation)
  return fc
    .record({ parameters, body, headers: strangeHeaders, authorization: authorization(tokens), extra })
    .map(({ parameters, body, headers, authorization: [token, scheme], extra }) => {
      const query = parameters.flatMap(({ in: place, pairs }) => (place === 'query' ? pairs : []))
      const ownHeaders = parameters.flatMap(({ in: place, pairs }) => (place === 'header' ? pairs : []))
      const path = parameters
        .filter(({ in: place }) => place === 'path')
        .reduce((path, { name, pairs }) => path.replace(`{${name}}`, pairs[0]?.[1] ?? ''), operation.path)
      const search = [...query.map((pair) => pair.join('=')), ...(extra === undefined ? [] : [extra])].join('&')
      return {
        operation,
        token,
        valid: extra === undefined && parameters.every(({ valid }) => valid) && body?.valid !== false,
        request: {
          method: operation.method,
          url: search === '' ? path : `${path}?${search}`,
          headers: {
            ...headers,
            ...Object.fromEntries(ownHeaders.map(([name, value]) => [name, decodeURIComponent(value ?? '')])),
            ...(scheme === undefined ? {} : { authorization: scheme }),
            ...(body === undefined ? {} : { 'content-type': body.type }),
          },
          ...(body === undefined ? {} : { body: body.text }),
        },
      }
    })
}

/** Mostly what the document takes; sometimes something strange, or nothing. Percent-encoded. */
function parameterText(parameter: Parameter) {
  const { name, in: place, schema, required = false } = parameter
  const right = valuesOf(schema).map((value) => ({ valid: true, values: [value].flat().map(String) }))
  const wrong = fc.array(strangeText, { minLength: 1, maxLength: 3 }).map((values) => ({ valid: false, values }))
  const none = fc.constant({ valid: !required, values: [] as string[] })
  if (place === 'header') {
    const given = (valid: boolean) => (value: unknown) => ({
      name,
      in: place,
      valid,
      pairs: [[name, encodeURIComponent(String(value))]],
    })
    if (schema.pattern === undefined) return headerText.map(given(true))
    const unlike = headerText.filter((text) => !new RegExp(String(schema.pattern)).test(text)).map(given(false))
    // Most positions are never reached, and each of them is waited for.
    const reached = fc.constantFrom('0/1', '0000000000000001').map(given(true))
    return fc.oneof(reached, unlike, fc.constant({ name, in: place, valid: true, pairs: [] }))
  }
  const choice =
    place === 'path'
      ? fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: wrong.filter(isSegment) })
      : fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: wrong }, { weight: 4, arbitrary: none })
  return choice.map(({ valid, values }) => ({
    name,
    in: place,
    valid,
    pairs: values.map((value) => [encodeURIComponent(name), encodeURIComponent(value.toWellFormed())]),
  }))
}

/** An empty, overlong or dotted segment is another path, and not this operation's. */
const isSegment = ({ values: [value = ''] }: { readonly values: readonly string[] }): boolean =>
  value !== '' && value.length < 60 && !value.startsWith('.')

const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })

/** A tenant in any of them is somebody's wish, and nothing else (law T1). */
const tenants = fc.constantFrom('acme', 'globex', 'initech', '%27%20or%201=1')
const extra = fc.oneof(
  { weight: 9, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: tenants.map((tenant) => `unknown=1&tenant=${tenant}&tenantId=${tenant}`) },
  { weight: 1, arbitrary: fc.constantFrom('%', '%FF', 'unknown=%C3%28', '&&&', '=', 'unknown=1&__proto__=1') },
)
const strangeHeaders = fc.record(
  {
    'x-tenant-id': tenants,
    tenant: tenants,
    'x-request-id': headerText,
    traceparent: fc.oneof(headerText, fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')),
    'accept-language': headerText,
  },
  { requiredKeys: [], noNullPrototype: true },
)

function authorization(tokens: readonly string[]) {
  const known = fc.constantFrom(...tokens).map((token) => [token, `Bearer ${token}`] as const)
  const unknown = fc
    .oneof(
      headerText,
      headerText.map((text) => `Bearer ${text}`),
    )
    .filter((scheme) => !tokens.some((token) => scheme.includes(token)))
    .map((scheme) => [undefined, scheme] as const)
  return fc.oneof(
    { weight: 12, arbitrary: known },
    { weight: 1, arbitrary: unknown },
    { weight: 1, arbitrary: fc.constant([undefined, undefined] as const) },
  )
}

function bodyOf({ body }: Operation) {
  const type = 'application/json'
  const right = valuesOf(body ?? {}).map((value) => ({ valid: true, text: JSON.stringify(value), type }))
  const strange = fc
    .oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.jsonValue().map((value) => JSON.stringify({ requests: [{ report: 'active-findings', params: value }] })),
      strangeText.map((report) => JSON.stringify({ requests: [{ report, params: { tenant: 'globex' } }] })),
      strangeText,
      fc.constantFrom(
        '',
        '{"__proto__":{}}',
        '{"requests":[]}',
        `{"requests":${'['.repeat(5000)}`,
        '{"requests":[1e999]}',
      ),
    )
    .map((text) => ({ valid: false, text, type }))
  const mistyped = fc
    .constantFrom('text/plain', 'application/xml', 'application/json; charset=latin1', 'nonsense')
    .map((type) => ({ valid: false, text: '{"requests":[{"report":"x"}]}', type }))
  return fc.oneof(
    { weight: 5, arbitrary: right },
    { weight: 4, arbitrary: strange },
    { weight: 1, arbitrary: mistyped },
  )
}

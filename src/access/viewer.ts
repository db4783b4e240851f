import { z } from 'zod'
import { MillraceError } from '../errors.ts'

/** Who is asking. */
export interface Viewer {
  /** From the host's verified identity, and from nowhere else (law T1). Not yet looked up on the allowlist. */
  readonly tenant: string
  readonly subject: string
  readonly permissions: ReadonlySet<string>
  /** What a report's `restrict` looks at; an attribute that is absent allows no row. */
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

/**
 * What the viewer is found from: the headers, with names in lower case as Node gives them. There is no query, path or
 * body here, so that none of them can name a tenant (law T1).
 */
export interface ViewerRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Rejects with UNAUTHENTICATED where nobody is signed in. */
export type ViewerOf = (request: ViewerRequest) => Promise<Viewer>

/** A viewer as a host writes it. */
export interface ViewerInput {
  readonly tenant: string
  readonly subject: string
  readonly permissions: Iterable<string>
  readonly attributes?: Readonly<Record<string, readonly string[]>> | undefined
}

/** A host's own way to find the viewer, for example from its session; undefined where nobody is signed in. */
export type HostViewer = (
  request: ViewerRequest,
) => ViewerInput | null | undefined | Promise<ViewerInput | null | undefined>

/** Letters of one string are not permissions: a string is iterable, and would else be taken apart. */
const permissions = z.custom<Iterable<string>>(
  (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
  'must be an array or a set of strings',
)

const text = z.string('must be a string').min(1, 'must not be empty')

const shape = z.object(
  {
    tenant: text,
    subject: text,
    permissions: permissions
      .transform((values) => [...values])
      .pipe(z.array(z.string('must be a string'), 'must be an array or a set of strings')),
    attributes: z
      .record(z.string(), z.array(z.string('must be a string'), 'must be an array of strings'), 'must be an object')
      .optional(),
  },
  'must be an object',
)

/**
 * The host's function as the rest of Millrace uses it: it sees headers only, and what it gives is checked.
 *
 * A malformed viewer is INTERNAL, since no client can mend it; the detail names the field, never its value. An error that
 * the function throws is INTERNAL with that error as the cause, unless it is a MillraceError.
 */
export function viewerOf(host: HostViewer): ViewerOf {
  return async ({ headers }) => {
    const input = await given(host, { headers })
    if (input === undefined || input === null) throw new MillraceError('UNAUTHENTICATED', 'nobody is signed in')
    if (isWellFormed(input)) return input
    const { success, data, error } = parse(input)
    if (success)
      return frozenViewer({ ...data, permissions: new Set(data.permissions), attributes: data.attributes ?? {} })
    const issue = error.issues[0]
    const field = ['viewer', ...(issue?.path ?? [])].join('.')
    throw new MillraceError('INTERNAL', `the host's viewer is malformed: ${field} ${issue?.message ?? ''}`)
  }
}

/** Viewers that were made here: they are well-formed, and stay so. */
const made = new WeakSet<object>()

const isWellFormed = (input: unknown): input is Viewer => made.has(input as object)

/** A viewer is kept and shared between requests: what one request does to it must not reach the next. */
export function frozenViewer(viewer: Viewer): Viewer {
  for (const values of Object.values(viewer.attributes)) Object.freeze(values)
  Object.freeze(viewer.attributes)
  made.add(viewer)
  return Object.freeze(viewer)
}

async function given(host: HostViewer, request: ViewerRequest): Promise<unknown> {
  try {
    return await host(request)
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause
    throw new MillraceError('INTERNAL', "the host's viewer function failed", { cause })
  }
}

function parse(input: unknown) {
  try {
    return shape.safeParse(input)
  } catch (cause) {
    throw new MillraceError('INTERNAL', "the host's viewer cannot be read", { cause })
  }
}

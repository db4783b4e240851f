import { MillraceError } from '../errors.ts'

/** What Fastify refuses by itself, in words that hold nothing of the request. */
const details: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the body must be application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of the path is too long',
  FST_ERR_BAD_URL: 'the path is not percent-encoded UTF-8',
}

/** A refusal by Fastify as REQUEST_INVALID, whichever 4xx it would be; any other error as it is. */
export function refusalOf(error: unknown): unknown {
  const code = refusalCode(error)
  if (code === undefined || !isOfFastify(code)) return error
  return new MillraceError('REQUEST_INVALID', details[code] ?? 'the request cannot be read')
}

/** Whether the host has refused the request by a status of its own (a rate limit, a sign-in), which is its to answer. */
export function isOfHost(error: unknown): boolean {
  const code = refusalCode(error)
  return code !== undefined && !isOfFastify(code)
}

const isOfFastify = (code: string): boolean => code.startsWith('FST_ERR_')

/** The code of an error that is a 4xx, empty where it has none; undefined for any other. */
function refusalCode(error: unknown): string | undefined {
  if (error instanceof MillraceError || typeof error !== 'object' || error === null) return undefined
  const { statusCode, code } = error as { readonly statusCode?: unknown; readonly code?: unknown }
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined
  return typeof code === 'string' ? code : ''
}

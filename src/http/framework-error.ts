import { MillraceError } from '../errors.ts'

/** What Fastify refuses by itself, in words that hold nothing of the request. */
const details: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the body must be application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON',
  FST_ERR_BAD_URL: 'the path is not percent-encoded UTF-8',
}

/** A refusal by Fastify as REQUEST_INVALID, whichever 4xx it would be; any other error as it is. */
export function refusalOf(error: unknown): unknown {
  const { statusCode, code } = error as { readonly statusCode?: unknown; readonly code?: unknown }
  if (error instanceof MillraceError || typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499)
    return error
  const detail = typeof code === 'string' && Object.hasOwn(details, code) ? details[code] : undefined
  return new MillraceError('REQUEST_INVALID', detail ?? 'the request cannot be read')
}

import { MillraceError } from '../../errors.ts'

interface Meaning {
  readonly detail: string
  /** Seconds. */
  readonly retryAfter: number
}

const unreachable: Meaning = { detail: 'DynamoDB cannot be reached', retryAfter: 2 }
const credentials: Meaning = { detail: 'DynamoDB does not accept the credentials, or there are none', retryAfter: 10 }
const throttled: Meaning = { detail: 'DynamoDB takes no more requests for now', retryAfter: 2 }

const meanings: Readonly<Record<string, Meaning>> = {
  ResourceNotFoundException: { detail: 'its table does not exist', retryAfter: 10 },
  ResourceInUseException: { detail: 'its table is being changed', retryAfter: 5 },
  AccessDeniedException: { detail: 'its credentials lack a permission', retryAfter: 10 },
  UnrecognizedClientException: credentials,
  InvalidClientTokenId: credentials,
  InvalidSignatureException: credentials,
  IncompleteSignature: credentials,
  MissingAuthenticationTokenException: credentials,
  ExpiredToken: credentials,
  ExpiredTokenException: credentials,
  CredentialsProviderError: credentials,
  ProvisionedThroughputExceededException: throttled,
  ThrottlingException: throttled,
  ThrottledException: throttled,
  RequestLimitExceeded: throttled,
  TransactionConflictException: throttled,
  TransactionInProgressException: throttled,
}

interface Told {
  readonly name?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number }
}

const nameOf = (error: unknown): string => String((error as Told | null)?.name ?? '')

export const isConditionFailure = (error: unknown): boolean => nameOf(error) === 'ConditionalCheckFailedException'

export const isThrottle = (error: unknown): boolean => meanings[nameOf(error)] === throttled

const isServerFault = (error: unknown): boolean => ((error as Told | null)?.$metadata?.httpStatusCode ?? 0) >= 500

/** Without a word of the server: the connection ended, or did not come about; also an answer that is cut short. */
function isConnectionFault(error: unknown): boolean {
  const { code, name, $metadata } = (error ?? {}) as Told
  if (typeof code === 'string' && /^(E[A-Z]{3,}|ERR_(TLS|SSL|HTTP|STREAM)|CERT_|UND_)/.test(code)) return true
  if (name === 'TimeoutError' || name === 'AbortError' || name === 'SyntaxError') return true
  return $metadata?.httpStatusCode === undefined && nameOf(error) === 'Error'
}

/** Whether the same request may succeed when it is sent again. It may have taken effect. */
export const isPassing = (error: unknown): boolean =>
  isThrottle(error) || isServerFault(error) || isConnectionFault(error)

/** An error of the service or the SDK as one of ours, without what it quotes of keys, values or credentials; one of ours as it is. */
export function storeFaultOf(error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  const name = nameOf(error)
  const meaning = meanings[name] ?? (isServerFault(error) || isConnectionFault(error) ? unreachable : undefined)
  const cause = Object.assign(new Error(name), { code: (error as Told | null)?.code })
  if (meaning !== undefined)
    return new MillraceError('STORE_UNAVAILABLE', meaning.detail, { cause, retryAfter: meaning.retryAfter })
  if (isTooLarge(error))
    return new MillraceError('STORE_LIMIT', 'an item would be larger than the 400 KB that DynamoDB holds', { cause })
  return new MillraceError('INTERNAL', `DynamoDB refused a request: ${name}`, { cause })
}

const isTooLarge = (error: unknown): boolean =>
  nameOf(error) === 'ValidationException' && /item size/i.test(String((error as Told).message))

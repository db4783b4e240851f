import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { MillraceError } from '../errors.ts'
import type { SecretLocation } from './locate.ts'

/**
 * Reads a secret from AWS Secrets Manager. Region, credentials, retries and the endpoint
 * (`AWS_ENDPOINT_URL_SECRETS_MANAGER`) come from the SDK's own default chain. An attempt that gets no answer within
 * `attemptMs` milliseconds is given up, so that the SDK can make another.
 *
 * Throws SECRET_MISSING. The SDK's own error is never the cause: it may carry the body of the answer, hence the secret.
 */
export async function fetchFromAws(
  location: SecretLocation & { kind: 'aws-sm' },
  signal: AbortSignal,
  attemptMs: number,
): Promise<string | Uint8Array | undefined> {
  const sdk = await importSdk()
  const client = new sdk.SecretsManagerClient({
    ...(location.region !== undefined && { region: location.region }),
    requestHandler: { connectionTimeout: attemptMs, requestTimeout: attemptMs, throwOnRequestTimeout: true },
  })
  try {
    const region = await regionOf(client)
    const command = new sdk.GetSecretValueCommand({
      SecretId: location.id,
      ...(location.stage !== undefined && { VersionStage: location.stage }),
    })
    const answer = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      // A region that the location itself gives is not repeated: a location may be a value of another secret.
      const where = location.region === undefined ? ` (asked in ${region})` : ''
      throw new MillraceError('SECRET_MISSING', reasonOf(error) + where)
    })
    return answer.SecretString ?? answer.SecretBinary
  } finally {
    client.destroy()
  }
}

async function importSdk() {
  try {
    return await import('@aws-sdk/client-secrets-manager')
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error
    throw new MillraceError(
      'SECRET_MISSING',
      'aws-sm: needs the package @aws-sdk/client-secrets-manager; install it beside millrace',
    )
  }
}

async function regionOf(client: SecretsManagerClient): Promise<string> {
  try {
    return await client.config.region()
  } catch {
    throw new MillraceError('SECRET_MISSING', 'no AWS region is known: set AWS_REGION, or add ?region= to the setting')
  }
}

const reasons: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'Secrets Manager has no secret of that name, or no version with that staging label',
  AccessDeniedException:
    'AWS does not let this process read it: allow secretsmanager:GetSecretValue, and kms:Decrypt for a key of its own',
  DecryptionFailure: 'the KMS key of the secret cannot decrypt it',
  InvalidRequestException: 'Secrets Manager refuses the request in the present state of the secret',
  InvalidParameterException: 'Secrets Manager does not accept the name or the staging label',
  CredentialsProviderError: 'no AWS credentials were found by the default chain',
  UnrecognizedClientException: 'AWS does not accept the credentials of this process',
  InvalidSignatureException:
    'AWS does not accept the signature: wrong credentials, wrong region, or a clock that is off',
  ExpiredTokenException: 'the AWS credentials of this process have expired',
  ThrottlingException: 'Secrets Manager is throttling, and went on doing so when asked again',
  InternalServiceError: 'Secrets Manager failed, and went on doing so when asked again',
  TimeoutError: 'Secrets Manager gave no answer in time',
}

/** What an error of the SDK means, in our words: the SDK's own text may repeat what the service sent. */
function reasonOf(error: unknown): string {
  const { name, message, code } = error as { name?: string; message?: string; code?: unknown }
  if (name === 'InvalidRequestException' && message?.includes('marked for deletion'))
    return 'it is marked for deletion: restore it, or name another'
  if (name !== undefined && Object.hasOwn(reasons, name)) return reasons[name] as string
  if (typeof code === 'string' && /^[A-Z_]+$/.test(code)) return `Secrets Manager cannot be reached: ${code}`
  return 'the answer of Secrets Manager could not be read'
}

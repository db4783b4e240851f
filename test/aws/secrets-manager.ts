import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type AccessKey, refuseSignature } from './signature.ts'

/** What goes wrong with one request, in place of its answer. */
export type Fault =
  | { readonly code: string; readonly status: number }
  /** The request is taken and never answered. */
  | 'hang'
  /** The connection is cut. */
  | 'reset'
  /** The answer breaks off in the middle. */
  | 'garbled'

interface Version {
  readonly id: string
  readonly stages: Set<string>
  readonly value: string | Uint8Array
}

interface StoredSecret {
  readonly arn: string
  readonly versions: Version[]
  deleted: boolean
}

interface Answer {
  readonly status: number
  readonly body: object
}

/**
 * AWS Secrets Manager on a loopback address: the AWS JSON 1.1 protocol, of which `GetSecretValue` is served. The product
 * speaks to it with the unmodified SDK; only `AWS_ENDPOINT_URL_SECRETS_MANAGER` is another. What AWS would refuse is
 * refused: a wrong signature, region, target or content type.
 */
export class SecretsManagerEndpoint {
  readonly region: string
  readonly key: AccessKey = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: `example/${randomUUID()}` }
  /** The bodies of the requests whose signature was good, oldest first. */
  readonly requests: Readonly<Record<string, unknown>>[] = []
  /** Taken from the front, one per request, before anything else is looked at. */
  readonly faults: Fault[] = []
  /** Names of operations that the key may not call. */
  readonly denied = new Set<string>()
  readonly #secrets = new Map<string, StoredSecret>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  private constructor(region: string) {
    this.region = region
  }

  static async start(region = 'eu-west-1'): Promise<SecretsManagerEndpoint> {
    const endpoint = new SecretsManagerEndpoint(region)
    endpoint.#server.listen(0, '127.0.0.1')
    await once(endpoint.#server, 'listening')
    return endpoint
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The environment in which the SDK's default chain finds this endpoint, and nothing of the machine it runs on. */
  get environment(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.url,
      AWS_REGION: this.region,
      AWS_ACCESS_KEY_ID: this.key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.key.secretAccessKey,
      AWS_SESSION_TOKEN: '',
      AWS_PROFILE: '',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    }
  }

  /** Stores a new current version, as `put-secret-value` does; the one before it becomes `AWSPREVIOUS`. Gives the ARN. */
  put(name: string, value: string | Uint8Array): string {
    const arn = `arn:aws:secretsmanager:${this.region}:123456789012:secret:${name}-AbCdEf`
    const secret = this.#secrets.get(name) ?? { arn, versions: [], deleted: false }
    for (const { stages } of secret.versions) {
      stages.delete('AWSPREVIOUS')
      if (stages.delete('AWSCURRENT')) stages.add('AWSPREVIOUS')
    }
    secret.versions.push({ id: randomUUID(), stages: new Set(['AWSCURRENT']), value })
    this.#secrets.set(name, secret)
    return arn
  }

  /** Marks a secret for deletion: it is still there, and its value is no longer given. */
  delete(name: string): void {
    const secret = this.#secrets.get(name)
    if (secret === undefined) throw new Error(`no secret ${name}`)
    secret.deleted = true
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const fault = this.faults.shift()
    if (fault === 'hang') return
    if (fault === 'reset') return void request.socket.destroy()
    const { status, body: answer } =
      typeof fault === 'object' ? failure(fault.code, fault.code, fault.status) : this.#answer(request, body)
    const written = JSON.stringify(answer)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() })
    response.end(fault === 'garbled' ? written.slice(0, -2) : written)
  }

  #answer(request: IncomingMessage, body: string): Answer {
    if (request.method !== 'POST' || request.url !== '/') return failure('UnknownOperationException', 'POST / only')
    if (request.headers['content-type'] !== 'application/x-amz-json-1.1')
      return failure('SerializationException', 'The content type is not application/x-amz-json-1.1.')
    const refusal = refuseSignature(request, body, { region: this.region, service: 'secretsmanager', key: this.key })
    if (refusal !== undefined) return failure(refusal.code, refusal.message)
    const operation = String(request.headers['x-amz-target']).replace('secretsmanager.', '')
    if (this.denied.has(operation)) return failure('AccessDeniedException', `User is not authorized: ${operation}`)
    if (operation !== 'GetSecretValue') return failure('UnknownOperationException', operation)
    const input = JSON.parse(body) as Readonly<Record<string, string>>
    this.requests.push(input)
    return this.#getSecretValue(input)
  }

  #getSecretValue({ SecretId: id = '', VersionStage: stage = 'AWSCURRENT' }: Readonly<Record<string, string>>): Answer {
    const found = [...this.#secrets].find(([name, { arn }]) => name === id || arn === id || arn === `${id}-AbCdEf`)
    if (found === undefined)
      return failure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    const [name, { arn, versions, deleted }] = found
    if (deleted)
      return failure(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      )
    const version = versions.find(({ stages }) => stages.has(stage))
    if (version === undefined)
      return failure(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
      )
    const { value } = version
    const held =
      typeof value === 'string' ? { SecretString: value } : { SecretBinary: Buffer.from(value).toString('base64') }
    return { status: 200, body: { ARN: arn, Name: name, VersionId: version.id, CreatedDate: 1_700_000_000, ...held } }
  }
}

function failure(code: string, message: string, status = 400): Answer {
  return { status, body: { __type: code, message, Message: message } }
}

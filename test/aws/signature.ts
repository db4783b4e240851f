import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface Refusal {
  readonly code: string
  readonly message: string
}

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/

/**
 * Checks the Signature Version 4 of a request as AWS does: its form, its scope, its age, and the signature itself, computed
 * anew from the key. Answers with what AWS would say, or undefined for a good signature.
 */
export function refuseSignature(
  request: IncomingMessage,
  body: string,
  scope: { readonly region: string; readonly service: string; readonly key: AccessKey },
): Refusal | undefined {
  const match = form.exec(request.headers.authorization ?? '')
  if (match === null) return { code: 'IncompleteSignatureException', message: 'The Authorization header is malformed.' }
  const [, keyId, date, region, service, headerNames, signature] = match as unknown as string[]
  const time = String(request.headers['x-amz-date'] ?? '')

  if (keyId !== scope.key.accessKeyId)
    return { code: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' }
  if (region !== scope.region || service !== scope.service)
    return { code: 'InvalidSignatureException', message: 'Credential should be scoped to a valid region.' }
  const signed = (headerNames as string).split(';')
  for (const needed of ['host', 'x-amz-date', 'x-amz-target'])
    if (!signed.includes(needed)) return { code: 'IncompleteSignatureException', message: `${needed} is not signed.` }
  const signedAt = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!time.startsWith(date as string) || !(Math.abs(Date.now() - signedAt) < 5 * 60_000))
    return { code: 'InvalidSignatureException', message: 'Signature expired.' }

  const canonical = [
    request.method,
    request.url,
    '',
    ...signed.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    headerNames,
    sha256(body),
  ].join('\n')
  const credentialScope = `${date}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, credentialScope, sha256(canonical)].join('\n')
  const signingKey = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (key, part) => hmac(key, part as string).digest(),
    `AWS4${scope.key.secretAccessKey}`,
  )
  if (hmac(signingKey, toSign).digest('hex') === signature) return undefined
  return {
    code: 'InvalidSignatureException',
    message: 'The request signature we calculated does not match the signature you provided.',
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text)

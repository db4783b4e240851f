import { execFile } from 'node:child_process'
import { inspect, promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SecretsManagerEndpoint } from '../../test/aws/secrets-manager.ts'
import { fetchSecret } from './fetch.ts'
import { locateSecret } from './locate.ts'

let endpoint: SecretsManagerEndpoint

beforeEach(async () => {
  endpoint = await SecretsManagerEndpoint.start('eu-west-1')
  for (const [name, value] of Object.entries(endpoint.environment)) vi.stubEnv(name, value)
  endpoint.put('prod/analytics', '{"replica":"current"}')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await endpoint.close()
})

const fetch = (setting: string, timeLimitMs = 10_000) => fetchSecret(locateSecret(setting), { timeLimitMs })

async function refusal(setting: string, timeLimitMs?: number) {
  const error = await fetch(setting, timeLimitMs).then(
    () => expect.fail('the secret was read'),
    (error: unknown) => error,
  )
  expect(error).toMatchObject({ code: 'SECRET_MISSING' })
  expect(error).not.toHaveProperty('cause')
  return (error as { detail: string }).detail
}

test('a secret is read by its name, its ARN, and its ARN without the suffix', async () => {
  const arn = endpoint.put('prod/other', 'other')
  expect(await fetch('aws-sm:prod/analytics')).toBe('{"replica":"current"}')
  expect(await fetch(`aws-sm:${arn}`)).toBe('other')
  expect(await fetch(`aws-sm:${arn.replace(/-AbCdEf$/, '')}`)).toBe('other')
  expect(endpoint.requests[0]).toEqual({ SecretId: 'prod/analytics' })
})

test('a staging label picks the version', async () => {
  endpoint.put('prod/analytics', '{"replica":"next"}')
  expect(await fetch('aws-sm:prod/analytics')).toBe('{"replica":"next"}')
  expect(await fetch('aws-sm:prod/analytics?stage=AWSPREVIOUS')).toBe('{"replica":"current"}')
  expect(await refusal('aws-sm:prod/analytics?stage=NONE')).toContain('no version with that staging label')
})

test('a member of the JSON is picked, and a binary secret is text', async () => {
  expect(await fetch('aws-sm:prod/analytics#replica')).toBe('current')
  endpoint.put('binary', Buffer.from('{"replica":"ü"}'))
  expect(await fetch('aws-sm:binary#replica')).toBe('ü')
  endpoint.put('binary', Buffer.from([0xff, 0xfe]))
  expect(await refusal('aws-sm:binary')).toBe('is not text in UTF-8')
})

test('the region of the setting, then of the ARN, comes before that of the environment', async () => {
  const arn = endpoint.put('prod/analytics', 'here')
  vi.stubEnv('AWS_REGION', 'us-east-1')
  expect(await refusal('aws-sm:prod/analytics')).toMatch(/wrong region.*\(asked in us-east-1\)$/)
  expect(await fetch('aws-sm:prod/analytics?region=eu-west-1')).toBe('here')
  expect(await fetch(`aws-sm:${arn}`)).toBe('here')
  expect(await refusal(`aws-sm:${arn}?region=us-west-2`)).toContain('wrong region')
})

test('without a region or credentials the error says which', async () => {
  vi.stubEnv('AWS_REGION', undefined)
  expect(await refusal('aws-sm:prod/analytics')).toMatch(/^no AWS region is known/)
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
  expect(await refusal('aws-sm:prod/analytics')).toMatch(/^no AWS credentials were found/)
  expect(endpoint.requests).toEqual([])
})

test('credentials that AWS does not accept are named as such', async () => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another')
  expect(await refusal('aws-sm:prod/analytics')).toMatch(/^AWS does not accept the signature/)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ANOTHER')
  expect(await refusal('aws-sm:prod/analytics')).toMatch(/^AWS does not accept the credentials/)
})

test('a secret that is absent, deleted, forbidden or undecipherable is missing', async () => {
  expect(await refusal('aws-sm:none')).toBe(
    'Secrets Manager has no secret of that name, or no version with that staging label (asked in eu-west-1)',
  )
  endpoint.delete('prod/analytics')
  expect(await refusal('aws-sm:prod/analytics')).toMatch(/^it is marked for deletion/)
  endpoint.denied.add('GetSecretValue')
  expect(await refusal('aws-sm:prod/analytics')).toContain('secretsmanager:GetSecretValue')
  endpoint.faults.push({ code: 'DecryptionFailure', status: 400 })
  expect(await refusal('aws-sm:prod/analytics')).toContain('cannot decrypt')
  endpoint.faults.push({ code: 'SomethingNewException', status: 400 })
  expect(await refusal('aws-sm:prod/analytics')).toContain('could not be read')
})

test('throttling, a failure of the service and a cut connection are tried again', async () => {
  endpoint.faults.push({ code: 'ThrottlingException', status: 400 }, { code: 'InternalServiceError', status: 500 })
  expect(await fetch('aws-sm:prod/analytics')).toBe('{"replica":"current"}')
  endpoint.faults.push('reset')
  expect(await fetch('aws-sm:prod/analytics')).toBe('{"replica":"current"}')
  expect(endpoint.faults).toEqual([])
})

test('what does not pass is reported after the last attempt', async () => {
  for (let attempt = 0; attempt < 3; attempt++) endpoint.faults.push({ code: 'ThrottlingException', status: 400 })
  expect(await refusal('aws-sm:prod/analytics')).toMatch(/throttling.*asked again/)
  expect(endpoint.faults).toEqual([])
})

test('an endpoint that cannot be reached is missing', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', 'http://127.0.0.1:9')
  expect(await refusal('aws-sm:prod/analytics')).toContain('cannot be reached: ECONNREFUSED')
})

test('one attempt that hangs is given up and made again', async () => {
  endpoint.faults.push('hang')
  expect(await fetch('aws-sm:prod/analytics', 3_000)).toBe('{"replica":"current"}')
  expect(endpoint.faults).toEqual([])
})

test('an endpoint that never answers ends at the time limit', async () => {
  endpoint.faults.push('hang', 'hang', 'hang', 'hang')
  const begun = performance.now()
  expect(await refusal('aws-sm:prod/analytics', 300)).toMatch(/gave no answer (within 0.3 s|in time)/)
  expect(performance.now() - begun).toBeLessThan(3_000)
})

test('credentials that the container never gives end at the time limit', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${endpoint.url}/credentials`)
  endpoint.faults.push('hang')
  expect(await refusal('aws-sm:prod/analytics', 300)).toBe('gave no answer within 0.3 s')
  expect(endpoint.faults).toEqual([])
})

test('an answer that breaks off is not repeated by the error or on the console', async () => {
  const printed = ['log', 'warn', 'error', 'info', 'debug'].map((name) =>
    vi.spyOn(console, name as 'log').mockImplementation(() => {}),
  )
  endpoint.put('prod/analytics', '{"password":"qzjxkvw"}')
  endpoint.faults.push('garbled', 'garbled', 'garbled')
  const error = await fetch('aws-sm:prod/analytics').catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'SECRET_MISSING' })
  expect(inspect([error, printed.map(({ mock }) => mock.calls)], { depth: null, showHidden: true })).not.toContain(
    'qzjx',
  )
})

test('without the AWS SDK the error names the package to install', async () => {
  const hideSdk = `export async function resolve(specifier, context, next) {
    if (specifier.startsWith('@aws-sdk/')) throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' })
    return next(specifier, context)
  }`
  const code = `
    import { register } from 'node:module'
    register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(hideSdk))})
    const { loadSecret } = await import(${JSON.stringify(new URL('./load-secret.ts', import.meta.url).href)})
    console.log(await loadSecret('aws-sm:prod/analytics').catch((error) => error.code + ' ' + error.detail))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code])
  expect(stdout.trim()).toBe(
    'SECRET_MISSING analytics (aws-sm:prod/analytics): aws-sm: needs the package @aws-sdk/client-secrets-manager; install it beside millrace',
  )
}, 20_000)

import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { locateSecret } from './locate.ts'

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/analytics-AbCdEf'

test.each([
  ['aws-sm:prod/analytics', { kind: 'aws-sm', id: 'prod/analytics' }],
  ['aws-sm:prod/app#analytics', { kind: 'aws-sm', id: 'prod/app', member: 'analytics' }],
  ['aws-sm:rds!db-0a1b', { kind: 'aws-sm', id: 'rds!db-0a1b' }],
  ['aws-sm:a?region=us-east-1', { kind: 'aws-sm', id: 'a', region: 'us-east-1' }],
  [
    'aws-sm:a?stage=AWSPREVIOUS&region=x#m n',
    { kind: 'aws-sm', id: 'a', region: 'x', stage: 'AWSPREVIOUS', member: 'm n' },
  ],
  [`aws-sm:${arn}`, { kind: 'aws-sm', id: arn, region: 'eu-central-1' }],
  [`aws-sm:${arn}?region=us-east-1#a#b`, { kind: 'aws-sm', id: arn, region: 'us-east-1', member: 'a#b' }],
  ['file:/run/secrets/analytics.json', { kind: 'file', path: '/run/secrets/analytics.json' }],
  ['file:///run/secrets/a?b#m', { kind: 'file', path: '///run/secrets/a?b', member: 'm' }],
  ['env:ANALYTICS', { kind: 'env', variable: 'ANALYTICS' }],
  ['env:_A1#analytics', { kind: 'env', variable: '_A1', member: 'analytics' }],
])('%s is a place', (setting, location) => {
  expect(locateSecret(setting)).toEqual(location)
})

test.each([
  ['', 'is missing'],
  [undefined as unknown as string, 'is missing'],
  ['postgres://reader:qzjxkvw@db/app', 'must begin with'],
  ['{"replica":{"password":"qzjxkvw"}}', 'must begin with'],
  ['AWS-SM:qzjxkvw', 'must begin with'],
  ['aws-sm:', 'the name or the ARN'],
  ['aws-sm:qzjx kvw', 'the name or the ARN'],
  ['aws-sm:a?version=qzjxkvw', 'only region= and stage='],
  ['aws-sm:a?region=x&region=qzjxkvw', 'region= twice'],
  ['aws-sm:a?region=qzjx/kvw', 'the name of an AWS region'],
  ['aws-sm:a?stage=qzjx%20kvw', 'a staging label'],
  ['file:qzjxkvw', 'an absolute path'],
  ['env:qzjx-kvw', 'an environment variable'],
  ['env:', 'an environment variable'],
  ['env:A#', 'without the name of a member'],
])('%j is refused without being repeated', (setting, words) => {
  let thrown: unknown
  try {
    locateSecret(setting)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ code: 'CONFIG_INVALID', detail: expect.stringContaining(words) })
  expect(inspect(thrown)).not.toContain('qzjx')
})

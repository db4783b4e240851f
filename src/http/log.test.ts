import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { auditTo, createLogger } from './log.ts'

function written(level = 'info') {
  const lines: any[] = []
  const to = new Writable({
    write(chunk, _, done) {
      lines.push(
        ...String(chunk)
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      )
      done()
    },
  })
  return { logger: createLogger({ level, to }), lines }
}

test('a line has its level as a word and its time as ISO 8601', () => {
  const { logger, lines } = written()
  logger.info({ status: 200 }, 'request')
  expect(lines).toEqual([{ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), status: 200, msg: 'request' }])
})

test('what is secret is never written, however deep a library has put it', () => {
  const { logger, lines } = written()
  const secrets = {
    authorization: 'Bearer qzjxkvw',
    cookie: 'qzjxkvw',
    'set-cookie': ['qzjxkvw'],
    password: 'qzjxkvw',
    token: 'qzjxkvw',
    secret: 'qzjxkvw',
    connectionString: 'postgres://u:qzjxkvw@h/d',
  }
  logger.warn(secrets)
  logger.warn({ a: secrets })
  logger.warn({ req: { headers: secrets } })
  logger.warn({ a: { b: { c: secrets } } })
  logger.error({ err: Object.assign(new Error('failed'), secrets, { client: secrets, detail: 'qzjxkvw' }) })
  expect(lines).toHaveLength(5)
  expect(JSON.stringify(lines)).not.toContain('qzjxkvw')
  expect(lines[4].err).toMatchObject({ type: 'Error', message: 'failed' })
})

test('T7 an audit line is written whatever the level of the log', () => {
  const { logger, lines } = written('error')
  logger.info('not written')
  auditTo(logger)({
    event: 'report.read',
    report: 'x',
    tenant: 'acme',
    subject: 'somebody',
    parameters: ['from'],
    outcome: 'answered',
    rows: 3,
    milliseconds: 12,
    requestId: 'request-1',
  })
  expect(lines).toMatchObject([
    { level: 'info', audit: true, event: 'report.read', tenant: 'acme', outcome: 'answered', requestId: 'request-1' },
  ])
})

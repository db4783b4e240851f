import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { loadSecret } from './load-secret.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const replica = { host: 'replica.example', user: 'reader', password: 'qzjxkvw', database: 'app', target: 'standby' }

function load(text: string) {
  vi.stubEnv('MILLRACE_TEST', text)
  return loadSecret('env:MILLRACE_TEST')
}

test('a secret is loaded from the place that the setting names, and from the places that it names', async () => {
  const { user: _, password: __, ...place } = replica
  vi.stubEnv('MILLRACE_CREDENTIALS', '{"all":{"username":"other","password":"qzjx"}}')
  const secret = await load(JSON.stringify({ replica: { ...place, credentials: 'env:MILLRACE_CREDENTIALS#all' } }))
  expect(secret.replica).toMatchObject({ host: 'replica.example', user: 'other' })
})

test('an error names the setting, and every wrong member', async () => {
  await expect(load('{"replica":{"host":5}}')).rejects.toMatchObject({
    code: 'SECRET_INVALID',
    detail:
      'analytics (env:MILLRACE_TEST): replica.target: is missing; replica.host: must be text; ' +
      'replica.database: is missing; replica.user: is missing; replica.password: is missing',
  })
  vi.stubEnv('MILLRACE_TEST', undefined)
  await expect(loadSecret('env:MILLRACE_TEST', { name: 'millrace.analytics' })).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    detail: 'millrace.analytics (env:MILLRACE_TEST): the environment variable is not set',
  })
  await expect(loadSecret('postgres://reader:qzjxkvw@db/app')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    detail: 'analytics: must begin with aws-sm:, file: or env: (it names the place of a secret, and is not the secret)',
  })
})

/** Letters that no four in a row of which stand in a message, a file name or a stack. */
const value = fc.string({ unit: fc.constantFrom(...'qzjxkvwЖЩѢ"\\'), minLength: 6, maxLength: 20 })
const leaf = fc.oneof(
  { weight: 4, arbitrary: value },
  { weight: 1, arbitrary: fc.integer({ min: 10 ** 12, max: 10 ** 15 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, '', 5432, 'standby', 'verify-full', 'localhost') },
  { weight: 1, arbitrary: value.map((text) => `env:${text.replace(/\W/g, 'q')}`) },
  { weight: 1, arbitrary: value.map((text) => `-----BEGIN CERTIFICATE-----${text}-----END CERTIFICATE-----`) },
)
const member = fc.constantFrom(
  ...['host', 'port', 'user', 'username', 'password', 'database', 'dbname', 'ssl', 'ca', 'target', 'credentials'],
  ...['heartbeat', 'table', 'column', 'engine', 'masterarn', 'extra', 'replica', 'primary', 'store'],
)
const { node: tree } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(member, tie('node'))),
}))
const document = fc.oneof(
  tree,
  fc.record({ replica: tree, primary: tree }, { requiredKeys: [] }),
  fc.dictionary(member, leaf).map((changes) => ({ replica: { ...replica, ...changes } })),
)
const written = fc.tuple(document, fc.option(fc.nat(), { nil: undefined })).map(([content, end]) => {
  const text = JSON.stringify(content)
  return { content, text: end === undefined ? text : text.slice(0, end % (text.length + 1)) }
})

function leaves(content: unknown): string[] {
  if (typeof content === 'object' && content !== null) return Object.values(content).flatMap(leaves)
  return [String(content)]
}

/** Every four characters in a row of the values that were generated. */
function pieces(content: unknown): string[] {
  return leaves(content)
    .flatMap((text) => text.match(/[qzjxkvwЖЩѢ]{4,}|\d{12,}/g) ?? [])
    .flatMap((run) => Array.from({ length: run.length - 3 }, (_, start) => run.slice(start, start + 4)))
    .filter((piece) => !/^\d+$/.test(piece))
    .concat(leaves(content).filter((text) => /^\d{12,}$/.test(text)))
}

/** Everything that a logger, a debugger or a careless host could make of what was thrown or returned. */
function everythingShown(outcome: unknown): string {
  const shown = [
    inspect(outcome, { depth: null, showHidden: true, getters: true }),
    JSON.stringify(outcome),
    `${outcome}`,
  ]
  for (let error = outcome; error instanceof Error; error = error.cause)
    shown.push(error.message, String(error.stack), JSON.stringify(error, Object.getOwnPropertyNames(error)))
  return shown.join('\n')
}

test('no value of a secret appears in an error, however wrong the secret is', async () => {
  const refused = { count: 0 }
  await fc.assert(
    fc.asyncProperty(written, async ({ content, text }) => {
      const error = await load(text).then(
        () => undefined,
        (error: unknown) => error,
      )
      if (error === undefined) return
      refused.count++
      expect(error).toMatchObject({ code: expect.stringMatching(/^SECRET_(MISSING|INVALID)$/) })
      const shown = everythingShown(error)
      for (const piece of pieces(content)) expect(shown).not.toContain(piece)
    }),
    { numRuns: 2_000 },
  )
  expect(refused.count).toBeGreaterThan(1_500)
}, 30_000)

test('no password of a secret that is right appears when it is printed', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (password) => {
      const secret = await load(
        JSON.stringify({ replica: { ...replica, password }, primary: { ...replica, password, target: undefined } }),
      )
      expect(secret.replica.password.reveal()).toBe(password)
      for (const piece of pieces(password)) expect(everythingShown(secret)).not.toContain(piece)
    }),
  )
})

test('a map of messages that the host application sets is not used', async () => {
  const before = z.config()
  z.config({ customError: (issue) => `got ${JSON.stringify(issue.input)}` })
  try {
    const error = await load(JSON.stringify({ replica: { ...replica, password: ['qzjxkvw'] } })).catch(
      (e: unknown) => e,
    )
    expect(error).toMatchObject({ detail: 'analytics (env:MILLRACE_TEST): replica.password: must be text' })
  } finally {
    z.config({ ...before, customError: undefined })
  }
})

import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { fetchSecret } from './fetch.ts'
import { locateSecret } from './locate.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-secret-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const fetch = (setting: string) => fetchSecret(locateSecret(setting))

async function refuses(setting: string, detail: string) {
  const error = await fetch(setting).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'SECRET_MISSING', detail })
  expect(error).not.toHaveProperty('cause')
}

test('the environment gives the text as it is', async () => {
  vi.stubEnv('MILLRACE_TEST', ' {"a":1}\n')
  expect(await fetch('env:MILLRACE_TEST')).toBe(' {"a":1}\n')
})

test('a variable that is unset or blank is missing', async () => {
  vi.stubEnv('MILLRACE_TEST', undefined)
  await refuses('env:MILLRACE_TEST', 'the environment variable is not set')
  vi.stubEnv('MILLRACE_TEST', ' \n')
  await refuses('env:MILLRACE_TEST', 'is empty')
})

test('a file gives its text, without a byte order mark', async () => {
  await writeFile(join(folder, 'analytics.json'), '\ufeff{"a":"ü"}')
  expect(await fetch(`file:${folder}/analytics.json`)).toBe('{"a":"ü"}')
})

test('a file that is not there, not text, empty or not regular is missing', async () => {
  await writeFile(join(folder, 'latin1'), Buffer.from([0x7b, 0xfc, 0x7d]))
  await writeFile(join(folder, 'empty'), '')
  execFileSync('mkfifo', [join(folder, 'pipe')])
  await refuses(`file:${folder}/none`, 'there is no such file')
  await refuses(`file:${folder}/latin1/none`, 'there is no such file')
  await refuses(`file:${folder}/latin1`, 'is not text in UTF-8')
  await refuses(`file:${folder}/empty`, 'is empty')
  await refuses(`file:${folder}`, 'it is not a regular file')
  await refuses(`file:${folder}/pipe`, 'it is not a regular file')
})

test.each([
  ['an object', '{"analytics":{"replica":{}},"other":1}', '{"replica":{}}'],
  ['text that holds JSON', JSON.stringify({ analytics: '{"replica":{}}' }), '{"replica":{}}'],
  ['text', '{"analytics":"-----BEGIN"}', '-----BEGIN'],
])('a member that is %s is picked', async (_, text, picked) => {
  vi.stubEnv('MILLRACE_TEST', text)
  expect(await fetch('env:MILLRACE_TEST#analytics')).toBe(picked)
})

test.each([
  ['qzjxkvw', 'is not JSON, so that no member of it can be picked'],
  ['["qzjxkvw"]', 'is not a JSON object, so that no member of it can be picked'],
  ['{"other":"qzjxkvw"}', 'has no member of the name after #'],
  ['{"toString":"qzjxkvw"}', 'has no member of the name after #'],
  ['{"analytics":5}', 'the member after # is neither text nor an object'],
  ['{"analytics":null}', 'the member after # is neither text nor an object'],
  ['{"analytics":" "}', 'is empty'],
])('of %s no member is picked', async (text, detail) => {
  vi.stubEnv('MILLRACE_TEST', text)
  await refuses('env:MILLRACE_TEST#analytics', detail)
})

test('a member that every object inherits is not there', async () => {
  vi.stubEnv('MILLRACE_TEST', '{"a":1}')
  await refuses('env:MILLRACE_TEST#toString', 'has no member of the name after #')
})

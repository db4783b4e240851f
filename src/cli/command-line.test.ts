import { resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { commandLine } from './command-line.ts'

// The first of them loads what the verbs need.
vi.setConfig({ testTimeout: 60_000 })

const folder = resolve('test/cli/app')

async function run(...args: readonly string[]) {
  let [out, err] = ['', '']
  const paint = (_: unknown, text: string) => text
  const exitCode = await commandLine(args, {
    folder,
    out: { isTerminal: false, write: (text) => (out += text), paint },
    err: { isTerminal: false, write: (text) => (err += text), paint },
    signal: new AbortController().signal,
  })
  return { exitCode, out, err }
}

const period = ['--param', 'from=2026-01-01', '--param', 'to=2026-07-01']
const station = ['bookings-by-station', '--tenant', 'hudson']

test.each([
  [
    ['run', 'booking-comparision', '--tenant', 'a'],
    'there is no report "booking-comparision"; did you mean "booking-comparison"?',
  ],
  [
    ['explain', 'zzz', '--tenant', 'a'],
    'there is no report "zzz"; there is active-findings, booking-comparison, bookings-by-station',
  ],
  [['run', 'booking-comparison'], '--tenant is missing: whose rows?'],
  [['run'], "missing required argument 'report'"],
  [['run', ...station, '--param', 'from'], '--param: expected name=value'],
  [['run', ...station, ...period, '--attribute', 'groups=a'], 'is not restricted by "groups"; there is none'],
  [
    ['run', 'active-findings', '--tenant', 'a', '--attribute', 'group=a'],
    'is not restricted by "group"; did you mean "groups"?',
  ],
  [['explain', ...station, '--tenannt', 'x'], "unknown option '--tenannt' (Did you mean --tenant?)"],
  [['rum'], "unknown command 'rum' (Did you mean run?)"],
  [['check', 'everything'], 'too many arguments'],
  [['serve', '--port', 'http'], '--port: expected a whole number from 0 to 65535'],
  [['serve', '--port', '65536'], '--port: expected a whole number from 0 to 65535'],
])('%j is refused with 2, with what is wrong and what to do', async (args, detail) => {
  const text = await run(...args)
  expect(text).toMatchObject({ exitCode: 2, out: '' })
  expect(text.err).toContain(`millrace: The command cannot be run as it is written (COMMAND_INVALID)\n  ${''}`)
  expect(text.err).toContain(detail)
  expect(text.err).toMatch(/\n {2}Next: \S.*\n$/)
  const json = await run(...args, '--json')
  expect(json).toMatchObject({ exitCode: 2, err: '' })
  expect(JSON.parse(json.out).error).toMatchObject({ code: 'COMMAND_INVALID', detail: expect.stringContaining(detail) })
})

test('a configuration that is not there is refused with 78', async () => {
  expect(await run('check', '--config', 'nowhere.ts')).toMatchObject({
    exitCode: 78,
    out: '',
    err: expect.stringContaining('--config: there is no file nowhere.ts'),
  })
})

test('help and the version go to standard output; without a verb the help is an error', async () => {
  const { version } = (await import('../../package.json', { with: { type: 'json' } })).default
  expect(await run('--version')).toEqual({ exitCode: 0, out: `${version}\n`, err: '' })
  const help = await run('--help')
  expect(help).toMatchObject({ exitCode: 0, err: '' })
  for (const verb of ['serve', 'run', 'explain', 'check']) expect(help.out).toContain(`\n  ${verb} [options]`)
  expect(await run()).toMatchObject({ exitCode: 2, out: '', err: help.out })
  for (const verb of ['serve', 'run', 'explain', 'check'])
    expect((await run(verb, '--help')).out).toContain('  --json  ')
})

import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { commandLine } from './command-line.ts'
import { exitCodes } from './exit-code.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-capacity-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const config = resolve('test/cli/app/millrace.config.ts')

async function run(...args: readonly string[]): Promise<{ exitCode: number; text: string }> {
  let text = ''
  const output = {
    isTerminal: false,
    write: (written: string) => {
      text += written
    },
    paint: (_: unknown, painted: string) => painted,
  }
  const place = { folder, out: output, err: output, signal: new AbortController().signal }
  return { exitCode: await commandLine(['capacity', '--config', config, ...args], place), text }
}

function file(name: string, value: unknown): string {
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
  return name
}

const small = ['--changes', '2', '--tenants', '3']

test('it says what was assumed, what each report takes, what it costs by flush interval, and that prices are to be checked', async () => {
  const { exitCode, text } = await run(...small, '--growth', '1')
  expect(exitCode).toBe(exitCodes.done)
  expect(text).toMatch(/^changes +2\/s on average, peaks of 3 times that \(assumed\)$/m)
  expect(text).toMatch(/^tenants +3; skew 1 \(assumed\): the largest has 55 %$/m)
  expect(text).toMatch(/^bookings-by-station +\S+/m)
  expect(text).toMatch(/^flushed every +250 ms +1 s +5 s +60 s$/m)
  expect(text).toContain('check them')
}, 180_000)

test('prices and the interval are as they are given, and the document holds all of it', async () => {
  const prices = file('prices.json', { asOf: '2030-01-01', perMillionWriteUnits: 6.25 })
  const both = await Promise.all([
    run(...small, '--json', '--flush', '2000'),
    run(...small, '--json', '--flush', '2000', '--prices', prices, '--reads', '0'),
  ])
  const [list, dear] = both.map(({ text }) => JSON.parse(text)) as [any, any]
  expect(list.intervals).toEqual([2_000, 250, 1_000, 5_000, 60_000])
  expect(dear.prices).toMatchObject({ asOf: '2030-01-01', source: 'prices.json', perMillionReadUnits: 0.125 })
  const [listed] = list.now.reports
  const [dearer] = dear.now.reports
  expect(dearer.report).toBe(listed.report)
  const stored = (listed.bytes / 2 ** 30) * 0.25
  const written = (listed.writes[0].unitsPerSecond * 2.628 * 6.25).toFixed(9)
  expect((dearer.dollars[0] - stored).toFixed(9)).toBe(written)
}, 180_000)

test.each([
  [['--changes', 'many'], '--changes: must be a number'],
  [['--tenants', '0.5'], 'tenants must be a whole number'],
  [['--flush', '1'], '--flush: must be a whole number from 50 to 600000'],
  [['--load', 'absent.json'], '--load: absent.json: it cannot be read'],
])('what is given wrongly is refused: %j', async (args, said) => {
  const { exitCode, text } = await run(...args)
  expect({ exitCode, text }).toEqual({ exitCode: exitCodes.misused, text: expect.stringContaining(said) })
})

test('a load names tables and columns that reports have', async () => {
  const said = async (tables: object) => (await run('--load', file('load.json', { tables }))).text
  expect(await said({ nowhere: {} })).toContain('tables.nowhere: no folded report has such a source')
  expect(await said({ booking: { columns: { colour: {} } } })).toContain('it has no column "colour"')
  expect(await said({ booking: { speed: 3 } })).toContain('load.json: tables.booking.speed is not a field')
  expect((await run('--load', file('load.json', '{'))).text).toContain('it is not JSON')
})

test("the changes per second are those of a worker's metrics, since it was started", async () => {
  const started = Date.now() / 1000 - 100
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return response.end('none')
    return response.end(`millrace_fold_changes_total 700\nprocess_start_time_seconds ${started}\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const { text } = await run('--tenants', '1', '--json', '--metrics', `${url}/metrics`)
    const { measured, now } = JSON.parse(text)
    expect(measured).toEqual(['changesPerSecond'])
    expect(now.changesPerSecond).toBeGreaterThan(6)
    expect(now.changesPerSecond).toBeLessThanOrEqual(7)
    const other = await run('--metrics', `${url}/other`)
    expect(other.text).toContain('--metrics: these are not the metrics of millrace fold')
  } finally {
    server.close()
  }
}, 180_000)

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { definition } from '../report/source.ts'
import { loadConfig } from './load-config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-config-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function files(contents: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const config = (reports = "'reports/*.ts'") => `import { defineConfig } from 'millrace'
export default defineConfig({ reports: ${reports}, analytics: 'env:X', tenants: [{ id: 'a' }], viewer: () => null })`
const sources = `import { bigint, source, text } from 'millrace'
export const trips = source('trip', { columns: { id: bigint(), tenant: text() }, key: 'id', tenant: 'tenant' })`
const report = (name: string, way = 'export default') => `import { count, report } from 'millrace'
import { trips } from './sources.ts'
${way} report({ name: '${name}', permission: 'trips.read', from: trips, measures: { trips: count() } })`

async function failure(options: { file?: string; at?: string } = {}): Promise<string> {
  const error = await loadConfig({ folder: join(folder, options.at ?? ''), file: options.file }).catch((error) => error)
  expect(error).toBeInstanceOf(MillraceError)
  return `${error.code} ${error.detail}`
}

describe('the configuration', () => {
  test.each(['ts', 'mts', 'js', 'mjs'])('is found as millrace.config.%s, from a folder below too', async (ending) => {
    files({ [`millrace.config.${ending}`]: config(), 'reports/a.ts': report('a'), 'reports/sources.ts': sources })
    mkdirSync(join(folder, 'deep/down'), { recursive: true })
    const found = await loadConfig({ folder: join(folder, 'deep/down') })
    expect(found.reports.reports.map(({ name }) => name)).toEqual(['a'])
    expect(found.analytics).toBe('env:X')
  })

  test('is what --config names, and its reports are those of its own folder', async () => {
    files({ 'app/eu.ts': config(), 'app/reports/a.ts': report('a'), 'app/reports/sources.ts': sources })
    const found = await loadConfig({ folder, file: 'app/eu.ts' })
    expect(found.reports.reports.map(({ name }) => name)).toEqual(['a'])
    expect(await failure({ file: 'app/us.ts' })).toBe('CONFIG_MISSING --config: there is no file app/us.ts')
    expect(await failure({ file: 'app' })).toBe('CONFIG_MISSING --config: app is not a file')
  })

  test('that is nowhere is said to be missing, and where it was looked for', async () => {
    expect(await failure()).toBe(`CONFIG_MISSING no millrace.config.ts (.mts, .js, .mjs) in ${folder} or above it`)
  })

  test('its reports are the very objects that this package knows', async () => {
    files({ 'millrace.config.ts': config(), 'reports/a.ts': report('a'), 'reports/sources.ts': sources })
    const [found] = (await loadConfig({ folder })).reports.reports
    expect((found as any).from[definition].table).toBe('trip')
  })

  test('may give its reports as values', async () => {
    files({
      'millrace.config.ts': `import a from './reports/a.ts'\n${config('[a]')}`,
      'reports/a.ts': report('a'),
      'reports/sources.ts': sources,
    })
    expect((await loadConfig({ folder })).reports.reports.map(({ name }) => name)).toEqual(['a'])
  })

  test.each([
    ['export const config = {}', 'FILE_INVALID millrace.config.ts: its default export is not a configuration'],
    ['export default 7', 'FILE_INVALID millrace.config.ts: its default export is not a configuration'],
    ['export default { reports: 1 }', 'CONFIG_INVALID reports must be a catalog, an array of reports, or a pattern'],
    [
      config().replace('analytics:', 'analitics:'),
      'CONFIG_INVALID millrace.config.ts: analytics must be a string; analitics is not a field',
    ],
    ['export default {', 'FILE_INVALID millrace.config.ts:1:16: ParseError: Unexpected token'],
    [
      "import x from './nowhere.ts'\nexport default x",
      "FILE_INVALID millrace.config.ts: Cannot find module './nowhere.ts'",
    ],
    ["import x from 'nowhere'\nexport default x", "FILE_INVALID millrace.config.ts: Cannot find module 'nowhere'"],
    ["throw new Error('no\\nway')", 'FILE_INVALID millrace.config.ts: no'],
  ])('%j is refused', async (text, said) => {
    files({ 'millrace.config.ts': text })
    expect(await failure()).toContain(said)
  })
})

describe('the files of reports', () => {
  test('are loaded in the order of their names; tests, declarations and what reports import are none', async () => {
    const throws = "throw new Error('this is no report')"
    files({
      'millrace.config.ts': config("'reports/**/*.ts'"),
      'reports/b.ts': report('first'),
      'reports/a.ts': report('second'),
      'reports/more/c.ts': report('third').replace('./sources', '../sources'),
      'reports/sources.ts': sources,
      'reports/a.test.ts': throws,
      'reports/a.spec.ts': throws,
      'reports/a.d.ts': throws,
      'reports/node_modules/x/x.ts': throws,
    })
    const { reports } = (await loadConfig({ folder })).reports
    expect(reports.map(({ name }) => name)).toEqual(['second', 'first', 'third'])
  })

  test.each([
    [{ 'a.ts': 'export default 7' }, 'FILE_INVALID reports/a.ts: its default export is not a report'],
    [{ 'a.ts': 'const a = 1' }, 'FILE_INVALID reports/a.ts: it exports nothing'],
    [
      { 'a.ts': report('a', 'export const a =') },
      'FILE_INVALID reports/a.ts: its report is exported as a: write `export default`',
    ],
    [{ 'a.ts': report('A') }, 'REPORT_INVALID reports/a.ts: report "A": a name is lower-case words'],
    [{ 'a.ts': report('a').replace('count()', 'count(') }, 'FILE_INVALID reports/a.ts:3:'],
    [
      { 'a.ts': report('a').replace('./sources', './source') },
      "FILE_INVALID reports/a.ts: Cannot find module './source.ts'",
    ],
    [
      { 'a.ts': report('same'), 'b.ts': report('same') },
      'REPORT_INVALID two reports are called "same": in reports/a.ts and in reports/b.ts',
    ],
    [{}, 'CONFIG_INVALID reports: "reports/*.ts" gives no report: the file has no default export'],
  ])('%# a file that gives no report, or a wrong one, is named', async (reports: Record<string, string>, said) => {
    const named = Object.entries(reports).map(([name, text]) => [`reports/${name}`, text])
    files({ 'millrace.config.ts': config(), 'reports/sources.ts': sources, ...Object.fromEntries(named) })
    expect(await failure()).toContain(said)
  })

  test('a pattern that matches nothing is refused, with the folder', async () => {
    files({ 'millrace.config.ts': config("'report/*.ts'") })
    expect(await failure()).toBe(`CONFIG_INVALID reports: no file matches "report/*.ts" in ${folder}`)
  })
})

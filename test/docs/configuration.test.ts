import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/cli/load-config.ts'

const page = readFileSync('docs/reference/configuration.md', 'utf8')
const source = readFileSync('src/config.ts', 'utf8')

/** The fields of an interface of `src/config.ts`. */
function fieldsOf(name: string): string[] {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1] ?? ''
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field]) => field as string)
}

test('the page names every field of the configuration, with the default that its declaration has', () => {
  for (const [name, least] of [
    ['Config', 9],
    ['FoldSettings', 7],
    ['Limits', 6],
    ['TenantTable', 4],
  ] as const) {
    const fields = fieldsOf(name)
    expect(fields.length).toBeGreaterThanOrEqual(least)
    expect({ name, missing: fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(page)) }).toEqual({
      name,
      missing: [],
    })
  }
  const defaults = [...source.matchAll(/\/\*\*.* ([\d,]+)\. \*\/\n {2}readonly (\w+)\?: number/g)]
  expect(defaults.length).toBe(11)
  for (const [, value, field] of defaults) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${field}\``) || line.startsWith(`| [\`${field}\``))
    expect(row).toMatch(new RegExp(`\\| ${value} \\|$`))
  }
})

test('the configuration that the page shows is one', async () => {
  const folder = mkdtempSync(resolve('node_modules/.configuration-'))
  try {
    const [, code] = /^```ts\n\/\/ millrace\.config\.ts\n([\s\S]*?)^```/m.exec(page) ?? []
    writeFileSync(resolve(folder, 'millrace.config.ts'), (code as string).replace("'reports/*.ts'", '[]'))
    const config = await loadConfig({ folder })
    expect(config.analytics).toBe('aws-sm:prod/analytics')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

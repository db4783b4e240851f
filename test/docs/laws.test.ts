import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const laws = [...readFileSync('docs/laws.md', 'utf8').matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, law]) => law as string)
const titles = ['src', 'test']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/(?:test|it)(?:\.\w+(?:\([^)]*\))?)*\(\s*[`'"]([^`'"]+)/g),
  ])
  .map(([, title]) => title as string)

test('every law has a test whose title begins with its number', () => {
  expect(laws.length).toBeGreaterThan(5)
  const held = new Set(titles.flatMap((title) => /^((?:[A-Z]\d+ )+)/.exec(title)?.[1]?.trim().split(' ') ?? []))
  expect(laws.filter((law) => !held.has(law))).toEqual([])
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const page = readFileSync('docs/laws.md', 'utf8')
const laws = [...page.matchAll(/^\| ([A-Z]\d+) \|.*$/gm)].map(([row, law]) => ({
  law: law as string,
  files: [...row.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file]) => file as string),
}))

/** The laws with which titles of a file begin: of tests, and of the examples of the stores' contract. */
function heldIn(file: string): Set<string> {
  const titles = readFileSync(file, 'utf8').matchAll(
    /(?:(?<=[\w)])(?<!\.to[A-Z]\w*)\(|title:)\s*[`'"]((?:[A-Z]\d+ )+)/g,
  )
  return new Set([...titles].flatMap(([, numbers]) => (numbers as string).trim().split(' ')))
}

test('every law has a test whose title begins with its number, in each file that is named beside it', () => {
  expect(laws.length).toBeGreaterThan(30)
  const missing = laws.flatMap(({ law, files }) => {
    if (files.length === 0) return [`${law} names no file`]
    return files.filter((file) => !heldIn(file).has(law)).map((file) => `${law}: ${file}`)
  })
  expect(missing).toEqual([])
})

test('every law that a test cites is on the page', () => {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  const cited = new Set(files.filter((file) => file.endsWith('.ts')).flatMap((file) => [...heldIn(file)]))
  const known = new Set(laws.map(({ law }) => law))
  expect([...cited].filter((law) => !known.has(law))).toEqual([])
})

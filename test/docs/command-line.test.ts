import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandLine } from '../../src/cli/command-line.ts'
import { exitCodes } from '../../src/cli/exit-code.ts'

const page = readFileSync('docs/reference/command-line.md', 'utf8')

async function help(...args: readonly string[]): Promise<string> {
  let written = ''
  const output = {
    isTerminal: false,
    write: (text: string) => {
      written += text
    },
    paint: (_: unknown, text: string) => text,
  }
  const { signal } = new AbortController()
  await commandLine([...args, '--help'], { folder: '.', out: output, err: output, signal })
  return written
}

const sections = new Map(page.split(/^## /m).map((text) => [text.split('\n')[0] as string, text]))

test('the page has a section for every verb, and in it every option', async () => {
  const verbs = [...(await help()).matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, verb]) => verb as string)
  expect(verbs.length).toBeGreaterThan(3)
  const common = page.slice(0, page.indexOf('\n## '))
  for (const verb of verbs) {
    const options = [...(await help(verb)).matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option]) => option as string)
    expect(options.length).toBeGreaterThan(3)
    const section = `${common}${sections.get(verb) ?? ''}`
    expect(page).toContain(`](#${verb})`)
    expect({ verb, missing: options.filter((option) => !section.includes(`\`${option}`)) }).toEqual({
      verb,
      missing: [],
    })
  }
}, 60_000)

test('the page has every exit code', () => {
  const listed = [...(sections.get('Exit codes') ?? '').matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes]) =>
    (codes as string).split(', ').map(Number),
  )
  expect(listed).toEqual([...Object.values(exitCodes), 130, 143])
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ErrorCode, errors } from '../../src/errors.ts'

interface Entry {
  readonly code: string
  readonly status: string
  readonly title: string
  readonly text: string
}

const page = readFileSync('docs/reference/errors.md', 'utf8')
const entries: readonly Entry[] = page
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [code = '', , heading = '', ...text] = section.split('\n')
    const [status = '', title = ''] = heading.split(' · ')
    return { code, status, title, text: text.join('\n') }
  })

test('the page has an entry for each code, once, and for nothing else', () => {
  expect(entries.map(({ code }) => code).sort()).toEqual(Object.keys(errors).sort())
})

test.each(entries)('$code has the status and title of the table, what it means, and what to do', (entry) => {
  const definition: { title: string; status?: number } = errors[entry.code as ErrorCode]
  expect([entry.status, entry.title]).toEqual([String(definition.status ?? 'no status'), definition.title])
  const [meaning = '', advice = ''] = entry.text.split('**What to do:**')
  expect(meaning.trim().length).toBeGreaterThan(40)
  expect(advice.trim().length).toBeGreaterThan(15)
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reports } from '../../test/report/report-language.ts'

test('the examples of the reference are the file that is compiled, and every report in it is accepted', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  const blocks = [...read('../../docs/reference/report-language.md').matchAll(/^```ts\n(.*?)^```$/gms)]
  const compiled = read('../../test/report/report-language.ts').replace("'../../src/index.ts'", "'millrace'")
  expect(blocks.map(([, code]) => code).join('\n')).toBe(compiled)
  expect(reports.reports).toHaveLength(8)
})

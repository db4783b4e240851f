import { expect, test } from 'vitest'
import { acceptedLanguages } from './languages.ts'

test.each([
  [undefined, []],
  ['', []],
  ['de', ['de']],
  ['de-AT, en;q=0.8, fr', ['de-AT', 'fr', 'en']],
  ['en;q=0.2 , de ; q=0.9', ['de', 'en']],
  ['*', []],
  ['de;q=0, en', ['en']],
  ['zh-Hant-TW', ['zh-Hant-TW']],
  ['"; drop, ___, en', ['en']],
])('%s', (header, languages) => {
  expect(acceptedLanguages(header)).toEqual(languages)
})

test('a header of thousands of languages is cut', () => {
  expect(acceptedLanguages('en,'.repeat(5000))).toHaveLength(10)
})

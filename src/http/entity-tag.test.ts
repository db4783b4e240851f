import { expect, test } from 'vitest'
import { entityTag, isMatched } from './entity-tag.ts'

const tag = entityTag('content')

test('equal content has an equal tag, and other content another', () => {
  expect(tag).toMatch(/^W\/"[\w+/]{27}"$/)
  expect(entityTag('content')).toBe(tag)
  expect(entityTag('Content')).not.toBe(tag)
})

test.each([
  [tag, true],
  [tag.slice(2), true],
  [`"a, b", ${tag}, W/"c"`, true],
  ['*', true],
  [' * ', true],
  [undefined, false],
  ['', false],
  ['W/"other"', false],
  [tag.slice(3, -1), false],
  [`"${tag}"`, false],
])('If-None-Match: %s', (header, matches) => {
  expect(isMatched(header, tag)).toBe(matches)
})

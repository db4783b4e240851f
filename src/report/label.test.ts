import { describe, expect, test } from 'vitest'
import { textOf } from './label.ts'

const label = { en: 'High', de: 'Hoch', 'pt-BR': 'Alto' }

describe('a label', () => {
  test('that is one text is that text in every language', () => {
    expect(textOf('High', ['de'])).toBe('High')
    expect(textOf(undefined, ['de'])).toBeUndefined()
  })

  test('is told in the first of the reader’s languages that it has', () => {
    expect(textOf(label, ['fr', 'de', 'en'])).toBe('Hoch')
    expect(textOf(label, ['pt-BR'])).toBe('Alto')
    expect(textOf(label, ['de-AT', 'en'])).toBe('Hoch')
  })

  test('is told in English otherwise, and in whatever it has where it has no English', () => {
    expect(textOf(label, ['fr'])).toBe('High')
    expect(textOf(label)).toBe('High')
    expect(textOf({ de: 'Hoch', fr: 'Haut' }, ['it'])).toBe('Hoch')
    expect(textOf({})).toBeUndefined()
  })
})

import { describe, expect, test } from 'vitest'
import { languageOf, type Messages } from './messages.ts'

const languages = ['en', 'de', 'fr', 'es'] as const
const messagesOf = (language: string) => languageOf(language).messages

/** Every text by its place, functions called with what names the argument. */
function textsIn(messages: object, at = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(messages)) {
    const place = `${at}${name}`
    if (typeof value === 'string') found.set(place, value)
    else if (typeof value === 'object') for (const [inner, text] of textsIn(value, `${place}.`)) found.set(inner, text)
    else found.set(place, value(...Array.from({ length: value.length }, (_, n) => argument(n))))
  }
  return found
}

/** Stands for a text, and for an object of texts. */
const argument = (n: number) =>
  new Proxy(
    { toString: () => `«${n}»` },
    {
      get: (target, name) =>
        name in target
          ? target[name as 'toString']
          : name === Symbol.toPrimitive
            ? () => `«${n}»`
            : `«${String(name)}»`,
    },
  )

describe.each(languages)('%s', (language) => {
  const texts = textsIn(messagesOf(language))
  test('says everything, and takes up everything that it is given', () => {
    const english = textsIn(messagesOf('en'))
    expect([...texts.keys()]).toEqual([...english.keys()])
    const slots = (text: string) => [...new Set(text.match(/«\w+»/g) ?? [])].sort()
    for (const [place, text] of texts) {
      expect([place, text.trim()]).not.toEqual([place, ''])
      expect([place, slots(text)]).toEqual([place, slots(english.get(place) as string)])
    }
  })
  test('has no word of another', () => {
    if (language === 'en') return
    const english = textsIn(messagesOf('en'))
    // Words that are the same in both, and texts that are a report's.
    const alike = /^(Offline|Minimum|Maximum|«0» points|Total|Q«|T«)/
    const same = [...texts].filter(
      ([place, text]) =>
        text === english.get(place) && !alike.test(text) && /\p{L}{3}/u.test(text.replaceAll(/«\w+»/g, '')),
    )
    expect(same).toEqual([])
  })
})

test('French has an unbreakable space before a colon and a semicolon', () => {
  const broken = [...textsIn(messagesOf('fr') satisfies Messages)].filter(([, text]) =>
    /[^\u00a0\u202f][:;?!]/.test(text),
  )
  expect(broken).toEqual([])
})

import { expect, test } from 'vitest'
import { freshnessWords, type Received } from './freshness.ts'
import { languageOf } from './messages.ts'

const received = (lagSeconds: number | null, more: Partial<Received> = {}, stale = false): Received => ({
  answer: {
    asOf: lagSeconds === null ? null : '2026-11-21T18:30:00.5Z',
    lagSeconds,
    stale,
    timeZone: 'Asia/Tokyo',
    engine: 'replica',
  },
  secondsAgo: 0,
  failure: undefined,
  ...more,
})
const words = (given: Received, locale = 'en') => freshnessWords(given, languageOf(locale))

test.each([
  [0.1, 'As of now'],
  [12, 'As of 10 seconds ago'],
  [57, 'As of 55 seconds ago'],
  [58, 'As of 1 minute ago'],
  [61 * 60, 'As of 61 minutes ago'],
  [3 * 3600, 'As of 3 hours ago'],
  [3 * 86_400, 'As of 3 days ago'],
])('a lag of %d s is said in words', (lag, text) => {
  expect(words(received(lag))).toMatchObject({ text, freshness: 'fresh' })
})

test('the age grows from the lag that the server told, and never asks what time the reader thinks it is', () => {
  expect(words(received(2, { secondsAgo: 40 })).text).toBe('As of 40 seconds ago')
})

test('a stale answer says so, and so does one that could not be refreshed', () => {
  expect(words(received(300, {}, true))).toMatchObject({
    text: 'Behind: as of 5 minutes ago',
    freshness: 'behind',
  })
  expect(words(received(2, { secondsAgo: 60, failure: { code: 'REPLICA_UNAVAILABLE' } }))).toMatchObject({
    text: 'Not refreshed: as of 1 minute ago',
    freshness: 'kept',
  })
  expect(words(received(2, { secondsAgo: 60, failure: { code: 'OFFLINE' } }))).toMatchObject({
    text: 'Offline: as of 1 minute ago',
    freshness: 'offline',
  })
})

test('what is not known is not called fresh', () => {
  expect(words(received(null))).toMatchObject({ text: 'Freshness not known yet', freshness: 'unknown' })
})

test('the full words name the instant in the zone of the rows, and where it was read', () => {
  expect(words(received(1)).full.replaceAll(/\s/g, ' ')).toBe(
    'Nov 22, 2026, 3:30:00 AM (Asia/Tokyo), read from the replica',
  )
})

test('words and dates are of one language, English where the page’s is not known', () => {
  expect(words(received(12), 'de-AT').text).toBe('Stand: vor 10 Sekunden')
  expect(words(received(12), 'fr').text.replaceAll(/\s/g, ' ')).toBe('Mise à jour : il y a 10 secondes')
  expect(words(received(12), 'es-MX').text).toBe('Datos de hace 10 segundos')
  expect(words(received(12), 'sw').text).toBe('As of 10 seconds ago')
})

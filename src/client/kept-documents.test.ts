import { expect, test } from 'vitest'
import { KeptDocuments } from './kept-documents.ts'

test('what was asked for longest ago goes first', () => {
  const kept = new KeptDocuments(2)
  kept.set('a', { etag: '1', document: 1 })
  kept.set('b', { etag: '2', document: 2 })
  kept.get('a')
  kept.set('c', { etag: '3', document: 3 })
  expect(['a', 'b', 'c'].map((key) => kept.get(key)?.document)).toEqual([1, undefined, 3])
})

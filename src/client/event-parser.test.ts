import { expect, test } from 'vitest'
import { EventParser } from './event-parser.ts'

const stream = `event: hello\nid: 1\ndata: {"a":1}\n\n:\n\nevent: changed\ndata: {"report":\ndata: "x: y"}\n\n`

test.each([1, 2, 3, 7, 1000])('events are whole in whatever pieces they arrive: %i characters', (length) => {
  const parser = new EventParser()
  const pieces = stream.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? []
  expect(pieces.flatMap((piece) => parser.take(piece))).toEqual([
    { event: 'hello', id: '1', data: '{"a":1}' },
    { event: 'changed', id: undefined, data: '{"report":\n"x: y"}' },
  ])
})

test('what is not whole yet is not told', () => {
  const parser = new EventParser()
  expect(parser.take('event: a\ndata: 1\n')).toEqual([])
  expect(parser.take('\n')).toEqual([{ event: 'a', id: undefined, data: '1' }])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameReader } from './frame-reader.ts'

function frame(letter: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(5)
  header[0] = letter
  header.writeUInt32BE(content.length + 4, 1)
  return Buffer.concat([header, content])
}

const message = fc.tuple(fc.integer({ min: 65, max: 122 }), fc.uint8Array({ maxLength: 40 }))

test('messages are the same, however the bytes come, and stay what they were', () => {
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (messages, sizes) => {
      const bytes = Buffer.concat(messages.map(([letter, content]) => frame(letter, content)))
      const taken: [number, Buffer][] = []
      const reader = new FrameReader((letter, bytes, start, end) => taken.push([letter, bytes.subarray(start, end)]))
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] as number
        reader.push(Buffer.from(bytes.subarray(at, at + size)))
        at += size
      }
      expect(taken.map(([letter, content]) => [letter, [...content]])).toEqual(
        messages.map(([letter, content]) => [letter, [...content]]),
      )
    }),
  )
})

test('a message of many pieces is put together once', () => {
  const content = Buffer.alloc(64 * 1024 * 1024, 1)
  const bytes = frame(100, content)
  let length = 0
  const reader = new FrameReader((_, __, start, end) => {
    length += end - start
  })
  const began = performance.now()
  for (let at = 0; at < bytes.length; at += 16_384) reader.push(bytes.subarray(at, at + 16_384))
  expect(length).toBe(content.length)
  // Put together anew with every piece it would be 128 GB to copy.
  expect(performance.now() - began).toBeLessThan(5_000)
})

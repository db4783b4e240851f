import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { outputTo, printable } from './output.ts'

function stream(terminal: { isTTY: boolean; colours: number } | undefined): NodeJS.WriteStream {
  const written = new Writable({ write: (_chunk, _encoding, done) => done() })
  if (terminal === undefined) return written as never
  return Object.assign(written, { isTTY: terminal.isTTY, hasColors: () => terminal.colours > 1 }) as never
}

test('colours only on a terminal that has them, and never where NO_COLOR is set', () => {
  const terminal = { isTTY: true, colours: 16 }
  const painted = '\u001b[31mred\u001b[39m'
  expect(outputTo(stream(terminal), {}).paint('red', 'red')).toBe(painted)
  expect(outputTo(stream(terminal), { NO_COLOR: '' }).paint('red', 'red')).toBe(painted)
  expect(outputTo(stream(terminal), { NO_COLOR: '1' }).paint('red', 'red')).toBe('red')
  expect(outputTo(stream({ isTTY: true, colours: 1 }), {}).paint('red', 'red')).toBe('red')
  expect(outputTo(stream({ isTTY: false, colours: 16 }), {}).paint('red', 'red')).toBe('red')
  expect(outputTo(stream(undefined), {}).paint('red', 'red')).toBe('red')
  expect(outputTo(stream(undefined), {}).isTerminal).toBe(false)
})

test('what stands in a database does not steer the terminal', () => {
  expect(printable('a\u001b[2Jb\r\n\tc\u0007\u009b1m\u202ed')).toBe('a\\u001b[2Jb\\r\\n\\tc\\u0007\\u009b1m\\u202ed')
  expect(printable('Straße, 東京, e\u0301, 👩‍👩‍👧')).toBe('Straße, 東京, e\u0301, 👩‍👩‍👧')
})

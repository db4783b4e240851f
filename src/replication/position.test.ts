import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bytesBetween,
  firstPosition,
  lsnOf,
  numberOf,
  positionOfLsn,
  positionOfNumber,
  readPosition,
} from './position.ts'

const lsn = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

test('R3 a position, an LSN, a number and eight bytes are one another, and text order is the order of the log', () => {
  fc.assert(
    fc.property(lsn, lsn, (one, other) => {
      const position = positionOfNumber(one)
      const bytes = Buffer.alloc(9)
      bytes.writeBigUInt64BE(one, 1)
      expect(position).toMatch(/^[0-9a-f]{16}$/)
      expect([readPosition(bytes, 1), positionOfLsn(lsnOf(position))]).toEqual([position, position])
      expect(numberOf(position)).toBe(one)
      expect(position < positionOfNumber(other)).toBe(one < other)
    }),
  )
})

test('an LSN is written as PostgreSQL writes it', () => {
  expect(positionOfLsn('16/B374D848')).toBe('00000016b374d848')
  expect(lsnOf('00000016b374d848')).toBe('16/B374D848')
  expect([lsnOf(firstPosition), positionOfLsn('0/0')]).toEqual(['0/0', firstPosition])
  expect(bytesBetween(positionOfLsn('1/0'), positionOfLsn('0/FFFFFFFF'))).toBe(-1)
})

test.each(['', '16', '16/', '16/G', '123456789/0', '1/2/3', '00000016b374d848'])('"%s" is no LSN', (text) => {
  expect(() => positionOfLsn(text)).toThrow(RangeError)
})

test.each(['', '0/0', '00000016B374D848', '00000016b374d84'])('"%s" is no position', (text) => {
  expect(() => lsnOf(text)).toThrow(RangeError)
  expect(() => numberOf(text)).toThrow(RangeError)
})

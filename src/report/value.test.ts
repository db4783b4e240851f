import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import type { ColumnType } from './column.ts'
import { canonical, expectation, instantOf, wire } from './value.ts'

const text: ColumnType = { kind: 'text' }
const integer: ColumnType = { kind: 'integer' }
const bigint: ColumnType = { kind: 'bigint' }
const money: ColumnType = { kind: 'decimal', scale: 2 }
const boolean: ColumnType = { kind: 'boolean' }
const timestamp: ColumnType = { kind: 'timestamp' }
const date: ColumnType = { kind: 'date' }
const uuid: ColumnType = { kind: 'uuid' }
const severity: ColumnType = { kind: 'enum', values: ['high', 'low'] }
const real: ColumnType = { kind: 'real' }
const types = [text, integer, bigint, money, boolean, timestamp, date, uuid, severity, real]

describe('F5 canonical text', () => {
  test.each<[ColumnType, unknown, string]>([
    [text, '', ''],
    [text, 'Größe 👍', 'Größe 👍'],
    [text, ' a ', ' a '],
    [integer, 7, '7'],
    [integer, '-007', '-7'],
    [integer, '-0', '0'],
    [integer, -0, '0'],
    [integer, 2147483647, '2147483647'],
    [integer, '-2147483648', '-2147483648'],
    [bigint, '9007199254740993', '9007199254740993'],
    [bigint, '-9223372036854775808', '-9223372036854775808'],
    [money, '1', '1.00'],
    [money, '1.5', '1.50'],
    [money, '1.500', '1.50'],
    [money, '-0.00', '0.00'],
    [money, 0.1, '0.10'],
    [boolean, true, 'true'],
    [boolean, 'false', 'false'],
    [timestamp, '2026-11-01T09:30:00.123456Z', '2026-11-01T09:30:00.123456Z'],
    [timestamp, '2026-11-01T10:30:00.120+01:00', '2026-11-01T09:30:00.12Z'],
    [timestamp, '2026-11-01T09:30Z', '2026-11-01T09:30:00Z'],
    [timestamp, '2026-11-01T09:30:00.123456789Z', '2026-11-01T09:30:00.123456Z'],
    [timestamp, '0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    [timestamp, '9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    [date, '2024-02-29', '2024-02-29'],
    [date, '0001-01-01', '0001-01-01'],
    [uuid, '6F9619FF-8B86-D011-B42D-00CF4FC964FF', '6f9619ff-8b86-d011-b42d-00cf4fc964ff'],
    [severity, 'high', 'high'],
    [severity, 'other', 'other'],
    [real, '1.50', '1.5'],
    [real, -0, '0'],
    [real, '-0.0', '0'],
    [real, '1E21', '1e+21'],
    [real, 0.1, '0.1'],
  ])('of %j: %j is %j', (type, given, expected) => {
    expect(canonical(type, given)).toBe(expected)
  })

  test.each<[ColumnType, unknown]>([
    [text, 'a\0b'],
    [text, '\ud800'],
    [text, 5],
    [text, true],
    [integer, ''],
    [integer, '1.0'],
    [integer, 1.5],
    [integer, ' 1'],
    [integer, '1e3'],
    [integer, '0x10'],
    [integer, '2147483648'],
    [integer, '-2147483649'],
    [integer, Number.NaN],
    [bigint, '9223372036854775808'],
    [bigint, '-9223372036854775809'],
    [bigint, '1'.repeat(20)],
    [bigint, 5n],
    [bigint, 1e21],
    [money, '1.005'],
    [money, '-0.001'],
    [money, '1,5'],
    [money, '.5'],
    [money, 'NaN'],
    [money, 'Infinity'],
    [money, '1'.repeat(1001)],
    [boolean, 't'],
    [boolean, 1],
    [timestamp, '2026-11-01T09:30:00'],
    [timestamp, '2026-11-01'],
    [timestamp, '2026-02-30T00:00:00Z'],
    [timestamp, 'infinity'],
    [timestamp, '+010000-01-01T00:00:00Z'],
    [timestamp, '0000-12-31T23:59:59Z'],
    [timestamp, '-000001-01-01T00:00:00Z'],
    [timestamp, 1795264200],
    [date, '2026-02-29'],
    [date, '2026-2-1'],
    [date, '20260201'],
    [date, '0000-01-01'],
    [date, '+010000-01-01'],
    [date, '2026-02-01T00:00:00Z'],
    [date, new Date()],
    [uuid, '6f9619ff8b86d011b42d00cf4fc964ff'],
    [uuid, '{6f9619ff-8b86-d011-b42d-00cf4fc964ff}'],
    [severity, 'High'],
    [severity, 'medium'],
    [severity, ''],
    [real, 'NaN'],
    [real, 'Infinity'],
    [real, '1e400'],
    [real, ''],
  ])('of %j refuses %o', (type, given) => {
    expect(() => canonical(type, given)).toThrow(RangeError)
  })

  test.each([null, undefined, {}, [], ['a'], Symbol('a'), () => 'a'])(
    'of any kind refuses what is no value: %o',
    (given) => {
      for (const type of types) expect(() => canonical(type, given)).toThrow(RangeError)
    },
  )

  test('a refusal says what was expected and never what was given', () => {
    for (const type of types) {
      const given = type.kind === 'text' ? 'secret\0' : 'secret'
      expect(() => canonical(type, given)).toThrow(/^expected (?!.*secret)/)
    }
    expect(expectation(severity)).toBe('one of high, low, other')
    expect(expectation({ kind: 'enum', values: ['other', 'high'] })).toBe('one of other, high')
    expect(expectation(money)).toBe('a decimal number with at most 2 digits after the point')
  })

  const well = fc.string({ unit: 'grapheme' })
  const digits = (least: bigint, most: bigint) => fc.bigInt({ min: least, max: most }).map(String)
  const instants = fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
    .map((value) => value.toISOString())
  const given = fc.oneof(
    fc.tuple(fc.constant(text), well),
    fc.tuple(fc.constant(integer), fc.integer()),
    fc.tuple(fc.constant(bigint), digits(-(2n ** 63n), 2n ** 63n - 1n)),
    fc.tuple(
      fc.constant(money),
      fc.tuple(digits(-(10n ** 20n), 10n ** 20n), fc.nat(99)).map(([n, f]) => `${n}.${f}`),
    ),
    fc.tuple(fc.constant(boolean), fc.boolean()),
    fc.tuple(fc.constant(timestamp), instants),
    fc.tuple(
      fc.constant(date),
      instants.map((value) => value.slice(0, 10)),
    ),
    fc.tuple(
      fc.constant(uuid),
      fc.uuid().map((value) => value.toUpperCase()),
    ),
    fc.tuple(fc.constant(severity), fc.constantFrom('high', 'low', 'other')),
    fc.tuple(fc.constant(real), fc.double({ noNaN: true, noDefaultInfinity: true })),
  )

  test('is canonical already', () => {
    fc.assert(
      fc.property(given, ([type, value]) => {
        const once = canonical(type, value)
        expect(canonical(type, once)).toBe(once)
      }),
    )
  })

  test('equal numbers have equal text, different ones do not', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(9), (unscaled, zeros) => {
        const written = `${unscaled / 100n}.${String(unscaled < 0n ? -unscaled % 100n : unscaled % 100n).padStart(2, '0')}`
        const signed = unscaled < 0n && !written.startsWith('-') ? `-${written}` : written
        expect(canonical(money, `${signed}${'0'.repeat(zeros)}`)).toBe(canonical(money, signed))
        expect(canonical(money, signed)).toBe(unscaled === 0n ? '0.00' : signed)
      }),
    )
  })

  test('equal instants have equal text, whatever their offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }),
        fc.integer({ min: -14, max: 14 }),
        (s, h) => {
          const local = new Date((s + h * 3600) * 1000).toISOString().slice(0, -1)
          const offset = `${h < 0 ? '-' : '+'}${String(Math.abs(h)).padStart(2, '0')}:00`
          expect(canonical(timestamp, local + offset)).toBe(canonical(timestamp, new Date(s * 1000).toISOString()))
        },
      ),
    )
  })
})

describe('a value on the wire', () => {
  test.each<[ColumnType, string | null, unknown]>([
    [text, null, null],
    [integer, null, null],
    [text, 'a', 'a'],
    [integer, '-7', -7],
    [integer, '9007199254740991', 9007199254740991],
    [bigint, '9007199254740993', '9007199254740993'],
    [bigint, '-0', '0'],
    [money, '12.5', '12.50'],
    [money, '12', '12.00'],
    [money, '-0.00', '0.00'],
    [money, '12.345', '12.35'],
    [money, '-12.345', '-12.35'],
    [boolean, 'true', true],
    [boolean, 't', true],
    [boolean, 'false', false],
    [boolean, 'f', false],
    [timestamp, '1795264200123456', '2026-11-21T12:30:00.123456Z'],
    [timestamp, '1795264200500000', '2026-11-21T12:30:00.5Z'],
    [timestamp, '0', '1970-01-01T00:00:00Z'],
    [timestamp, '-1', '1969-12-31T23:59:59.999999Z'],
    [timestamp, '-62135596800000000', '0001-01-01T00:00:00Z'],
    [timestamp, '253402300799999999', '9999-12-31T23:59:59.999999Z'],
    [date, '2026-11-21', '2026-11-21'],
    [uuid, '6f9619ff-8b86-d011-b42d-00cf4fc964ff', '6f9619ff-8b86-d011-b42d-00cf4fc964ff'],
    [severity, 'other', 'other'],
    [real, '0.1', 0.1],
    [real, '1e+21', 1e21],
    [real, '-0', 0],
  ])('of %j: %j is %j', (type, raw, expected) => {
    expect(wire(type, raw)).toStrictEqual(expected)
  })

  test.each<[ColumnType, string]>([
    [integer, '9007199254740992'],
    [integer, '1.5'],
    [integer, 'x'],
    [bigint, 'NaN'],
    [money, 'NaN'],
    [money, 'Infinity'],
    [money, '-Infinity'],
    [real, 'NaN'],
    [real, 'Infinity'],
    [timestamp, 'infinity'],
    [timestamp, 'Infinity'],
    [timestamp, '1.5'],
    [timestamp, '253402300800000000'],
    [timestamp, '-62135596800000001'],
    [date, 'infinity'],
    [date, '10000-01-01'],
    [date, '0001-01-01 BC'],
  ])('F5 of %j refuses %j, which has no exact figure', (type, raw) => {
    expect(() => wire(type, raw)).toThrow(RangeError)
  })

  test('F5 what the reader gives comes back as it is on the wire', () => {
    expect(wire(money, canonical(money, '1.5'))).toBe('1.50')
    expect(wire(bigint, canonical(bigint, '9223372036854775807'))).toBe('9223372036854775807')
    expect(instantOf('1795264200000000')).toBe(canonical(timestamp, '2026-11-21T13:30:00+01:00'))
  })

  test('F5 an instant is written with as many digits of the second as it takes, before 1970 too', () => {
    const microseconds = fc.oneof(
      fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
      fc.bigInt({ min: -3_000_000n, max: 3_000_000n }),
      fc.bigInt({ min: -3_000n, max: 3_000n }).map((second) => second * 1_000n),
    )
    fc.assert(
      fc.property(microseconds, (each) => {
        expect(instantOf(String(each))).toBe(new Temporal.Instant(each * 1000n).toString())
      }),
      { numRuns: 500 },
    )
  })
})

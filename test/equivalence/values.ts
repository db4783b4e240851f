import { Temporal } from 'temporal-polyfill'
import { dayAt, instantAt, offsets } from './moments.ts'
import { levels, type PropertyName, properties, type Storage, storedLevels } from './table.ts'

const texts = [
  ...[
    '',
    'a',
    'A',
    'ä',
    'a\u0308',
    'Z',
    '_',
    'b',
    'a ',
    ' a',
    '10',
    '9',
    'null',
    'NULL',
    "o'b",
    'x\\y',
    '"q"',
    '{a,b}',
  ],
  ...['\u{1F600}', '\uFF61', '\uE000', '\u{10FFFF}', '日本', 'ß', 'ss', 'İ', '\t', 'new\nline', '%', '$1'],
]

const exact = {
  size: ['0', '1', '-1', '2', '7', '100', '32767', '-32768', '2147483647', '-2147483648', '12345', '995'],
  volume: ['0', '1', '-1', '5', '9007199254740993', '9007199254740992', '-9223372036854775808', '9223372036854775807'],
  price: ['0', '0.1', '0.10', '-0.005', '0.005', '1.005', '2.675', '19.99', '-19.99', '12345678901234567890.12'],
  rate: ['0', '1', '0.33335', '0.33325', '-0.00005', '1234.5678', '0.0001', '-7.5', '99999.99995'],
  units: ['0', '1', '-3', '2.5', '-2.5', '1000', '995', '12345678901234'],
} as const

const reals = ['0', '-0', '0.1', '-1.5', '1e-7', '1e22', '123456789.123', '3.4e38', '0.30000000000000004', '2']
const uuids = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-4fff-8fff-ffffffffffff',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
]
const remote = [
  '0001-01-03T00:00:00Z',
  '9999-12-29T23:59:59.999999Z',
  '1969-12-31T23:59:59.999999Z',
  '1969-12-31T23:59:59.9Z',
  '1582-10-10T00:00:00Z',
  '2000-01-01T00:00:00Z',
  '2000-01-01T00:00:00.5Z',
  '1883-11-18T17:00:00Z',
]

/** The numbers of a property as they are written, before they are stored; whether or not the stored type has room for them. */
function numbersOf(property: PropertyName): readonly string[] {
  if (property === 'place') return exact.size
  if (property === 'debt') return exact.volume
  return exact[property as keyof typeof exact]
}

const ranges = { int2: 32767n, int4: 2147483647n } as const

/** The nearest number that an integer type holds. */
function held(type: string, value: string): string {
  const greatest = ranges[type as keyof typeof ranges]
  if (greatest === undefined) return value
  const number = BigInt(value)
  return (number > greatest ? greatest : number < -greatest - 1n ? -greatest - 1n : number).toString()
}

/** A property's value in a row, by a number that chooses it. */
export function storedValue(storage: Storage, anchor: string, property: PropertyName, choice: number): string {
  const of = <T>(values: readonly T[]): T => values[choice % values.length] as T
  switch (properties[property].kind) {
    case 'text':
      return property === 'code' ? of(codes) : of(texts)
    case 'enum':
      return of(storedLevels)
    case 'boolean':
      return of(['true', 'false'])
    case 'integer':
      return held(storage.integer, of(numbersOf(property)))
    case 'bigint':
      return held(storage.bigint, of(numbersOf(property)))
    case 'decimal':
      return property === 'units' && storage.whole === 'int8'
        ? (of(numbersOf(property)).split('.')[0] as string)
        : of(numbersOf(property))
    case 'real':
      return of(reals)
    case 'uuid':
      return of(uuids)
    case 'date':
      return dayAt(anchor, of(offsets))
    case 'timestamp': {
      if (property === 'remoteAt') return of(remote)
      const instant = instantAt(anchor, of(offsets))
      if (property !== 'localAt' && property !== 'leftAt') return instant.toString()
      // From the anchor's own local time on, so that the hours that the zone skips or repeats are met.
      return Temporal.Instant.from(anchor)
        .toZonedDateTimeISO(storage.localZone)
        .toPlainDateTime()
        .add({ microseconds: of(offsets) })
        .toString()
    }
  }
}

/** Properties that can hold a value that no report can show. */
export const poisonable = [
  'price',
  'rate',
  'weight',
  'slope',
  'bornOn',
  'dueOn',
  'at',
  'closedAt',
  'leftAt',
  'remoteAt',
] as const

export type Poisonable = (typeof poisonable)[number]

/** NaN, an infinity, or a time outside the years 1 to 9999. */
export function poisonOf(storage: Storage, property: Poisonable, choice: number): string {
  const { kind } = properties[property]
  const numbers = kind === 'decimal' && storage.decimal !== 'numeric' ? ['NaN'] : ['NaN', 'Infinity', '-Infinity']
  const times = ['infinity', '-infinity', '0044-03-15 BC', '10000-02-01', '0001-12-01 BC']
  const values = kind === 'decimal' || kind === 'real' ? numbers : times
  return values[choice % values.length] as string
}

export const codes = ['a', 'A', 'ä', '', '\u{1F600}', '\uFF61', 'none'] as const

/** A value of a property as a definition, a reader or a viewer's attribute gives it; the rows need not have it. */
export function givenValue(anchor: string, property: PropertyName, choice: number): string | number | boolean {
  const of = <T>(values: readonly T[]): T => values[choice % values.length] as T
  switch (properties[property].kind) {
    case 'text':
      return property === 'code' ? of(codes) : of(texts)
    case 'enum':
      return of([...levels, 'other'])
    case 'boolean':
      return of([true, false])
    case 'integer':
      return Number(of(numbersOf(property)))
    case 'bigint':
      return of(numbersOf(property))
    case 'decimal':
      return of(decimals[property as keyof typeof decimals])
    case 'real':
      return Number(of([...reals, '1e300']))
    case 'uuid':
      return of(uuids)
    case 'date':
      return dayAt(anchor, of(offsets))
    case 'timestamp':
      return property === 'remoteAt' ? of(remote) : instantAt(anchor, of(offsets)).toString()
  }
}

/** Of no more digits than the source declares. */
const decimals = {
  price: ['0', '0.1', '-0.01', '0.01', '1.01', '19.99', '2.68', '12345678901234567890.12'],
  rate: ['0', '1', '0.3334', '0.3333', '-0.0001', '1234.5678', '100000'],
  units: ['0', '1', '-3', '3', '1000'],
} as const

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read, texts } from '../../test/replication/reading.ts'
import { makeSourceDatabase } from '../../test/replication/source-database.ts'
import { seed } from '../../test/seed.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'

const rows = process.env.MILLRACE_LONG === '1' ? 20_000 : 1_000

const microseconds = (column: string) =>
  `case when isfinite(${column}) then (extract(epoch from ${column}) * 1000000)::numeric(30)::text else ${column}::text end`
const written = (column: string) => `${column}::text`
const double = (column: string) => `(${column}::text::float8 + 0)`

const whole = (bits: bigint) =>
  fc.oneof(
    fc.bigInt({ min: -(2n ** bits), max: 2n ** bits - 1n }),
    fc.constantFrom(0n, -1n, 2n ** bits - 1n, -(2n ** bits), 2n ** 53n % 2n ** bits, -(2n ** 53n) % 2n ** bits),
  )
const bits = (width: 32 | 64) => (value: number | bigint) => {
  const bytes = Buffer.alloc(8)
  if (width === 32) bytes.writeUInt32BE(Number(value))
  else bytes.writeBigUInt64BE(BigInt(value))
  return String(width === 32 ? bytes.readFloatBE(0) : bytes.readDoubleBE(0))
}
/** Where the shortest text is hardest to find: at powers of two the gap below is half of that above. */
const singleEdges = fc
  .tuple(fc.integer({ min: 0, max: 254 }), fc.constantFrom(0, 1, 2, 0x7fffff))
  .map(([exponent, part]) => bits(32)(exponent * 2 ** 23 + part))
const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }).map((list) => list.join(''))
const words = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', ' ', 'a ', 'NaN', '\\', '"'))
const plain = words.map((text) => text.replaceAll('\0', ''))
const moment = fc.oneof(
  fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    'infinity',
    '-infinity',
    '1999-12-31 23:59:59.999999Z',
    '1969-12-31 23:59:59.999999Z',
    '0044-03-15 BC',
    '294276-12-31',
    '4713-02-01 BC',
    '2262-04-12',
  ),
)

/** A column's type, the values that go in, and what comes out by the word of SQL. */
const columns: readonly [
  type: string,
  values: fc.Arbitrary<string>,
  sql: (column: string) => string,
  asNumber?: true,
][] = [
  ['boolean', fc.boolean().map(String), written],
  ['smallint', whole(15n).map(String), written],
  ['integer', whole(31n).map(String), written],
  ['bigint', whole(63n).map(String), written],
  [
    'numeric',
    fc.oneof(
      fc.tuple(fc.constantFrom('', '-'), digits, digits).map(([sign, left, right]) => `${sign}${left}.${right}`),
      fc.tuple(digits, fc.integer({ min: -60, max: 60 })).map(([all, power]) => `${all}e${power}`),
      fc.constantFrom(
        '0',
        '0.00',
        '-0.0001',
        '10000',
        '0.00010000',
        'NaN',
        'Infinity',
        '-Infinity',
        '1e-1000',
        '1e1000',
      ),
    ),
    written,
  ],
  [
    'numeric(12,4)',
    fc
      .tuple(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.nat(9999))
      .map(([left, right]) => `${left}.${right}`),
    written,
  ],
  [
    'real',
    fc.oneof(
      singleEdges,
      fc.nat(0x7f7fffff).map(bits(32)),
      fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0.1'),
    ),
    double,
    true,
  ],
  [
    'double precision',
    fc.oneof(
      fc.bigInt({ min: 0n, max: 0x7fefffffffffffffn }).map(bits(64)),
      fc.double({ noNaN: true }).map(String),
      fc.constantFrom('NaN', '-0', '0.1'),
    ),
    double,
    true,
  ],
  ['text', plain, written],
  ['varchar(500)', plain.map((text) => text.slice(0, 100)), written],
  ['char(12)', fc.string({ unit: fc.constantFrom('a', ' ', 'ä', '\t'), maxLength: 12 }), written],
  ['name', fc.string({ unit: fc.constantFrom('a', 'B', '_'), maxLength: 20 }), written],
  ['citext', plain, written],
  ['mood', fc.constantFrom('sad', 'ok', 'it\'s "fine"', 'ünïcödé'), written],
  ['positive', fc.integer({ min: 1, max: 1000 }).map(String), written],
  ['feeling', fc.constantFrom('sad', 'ok'), written],
  ['uuid', fc.uuid(), written],
  [
    'date',
    fc.oneof(
      moment,
      fc
        .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
        .map((date) => date.toISOString().slice(0, 10)),
    ),
    (column) => `${column}::text`,
  ],
  ['timestamp', moment, microseconds],
  ['timestamptz', moment, microseconds],
]

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false })
  })
  afterAll(() => cluster?.close())

  test(`every value is told as SQL writes it, whatever the database is set to (seed ${seed})`, async () => {
    await using source = await makeSourceDatabase(cluster.primary)
    const { host } = source
    const database = source.settings.database
    for (const setting of [
      `timezone = 'Pacific/Chatham'`,
      `datestyle = 'SQL, DMY'`,
      'extra_float_digits = -3',
      `bytea_output = 'escape'`,
    ])
      await host.query(`alter database ${database} set ${setting}`)
    const names = columns.map((_, index) => `c${index}`)
    await host.query(`create extension citext; create type mood as enum ('sad', 'ok', 'it''s "fine"', 'ünïcödé');
      create domain positive as integer check (value > 0); create domain feeling as mood;
      create table item (id integer, ${columns.map(([type], index) => `${names[index]} ${type}`).join(', ')});
      create publication millrace for table item; set timezone = 'UTC'; set extra_float_digits = 1; set datestyle = 'ISO'`)
    await using reading = await read(source, { slot: await source.slot() })
    const row = fc.tuple(...columns.map(([, values]) => fc.option(values, { freq: 20 })))
    const samples = fc.sample(row, { numRuns: rows, seed })
    await host.query('begin')
    for (const [id, sample] of samples.entries())
      await host.query(`insert into item values ($1, ${names.map((_, index) => `$${index + 2}`).join(', ')})`, [
        id,
        ...sample,
      ])
    await host.query('commit')
    const { rows: expected } = await host.query({
      text: `select id::text, ${columns.map(([, , sql], index) => sql(names[index] as string)).join(', ')} from item order by item.id`,
      rowMode: 'array',
    })
    const told = (await reading.untilNow()).flatMap((event) => (event.type === 'insert' ? [texts(event.after)] : []))
    expect(told).toHaveLength(rows)
    for (const [index, texts] of told.entries())
      for (const [column, text] of texts.entries()) {
        const [type, , , asNumber] = columns[column - 1] ?? ['integer']
        const sql = expected[index]?.[column]
        // A number in JSON has many spellings.
        const same =
          asNumber && sql !== null && text !== null
            ? Object.is(Number(text), Number(sql))
            : text === (sql as string | null)
        if (!same) expect([type, samples[index]?.[column - 1], text]).toEqual([type, samples[index]?.[column - 1], sql])
      }
  })
})

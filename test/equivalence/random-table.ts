import fc from 'fast-check'
import { type Moment, zoneAbout } from './moments.ts'
import type { Storage, StoredRow } from './table.ts'
import { type PropertyName, properties, propertyNames } from './table.ts'
import { codes, type Poisonable, poisonable, poisonOf, storedValue } from './values.ts'
import type { World } from './world.ts'

const uuidIds = [
  '5b3f7d1e-0000-4000-8000-000000000001',
  '5b3f7d1e-0000-4000-8000-000000000002',
  '00000000-0000-0000-0000-000000000000',
]

/** Tenants' ids of each form, chosen to be mistaken for one another. */
const ids: Readonly<Record<Storage['tenancy'], readonly string[]>> = {
  schema: ['a', 'A', 'a '],
  text: ['a', 'A', "a' or true --"],
  uuid: uuidIds,
  integer: ['1', '11', '-1'],
  bigint: ['9007199254740992', '9007199254740993', '1'],
}
const schemas = ['one', 'One', 'o"ne; --']

const storage = (moment: Moment): fc.Arbitrary<Storage> =>
  fc.record({
    tenancy: fc.constantFrom('schema', 'text', 'uuid', 'integer', 'bigint'),
    schema: fc.constantFrom('public', 'desk', 'Desk 2'),
    table: fc.constantFrom('ticket', 'Ticket', 'order "by"'),
    text: fc.constantFrom('text', 'varchar(40)', 'char(12)', 'extension.citext', 'text collate "und-x-icu"'),
    enum: fc.constantFrom('text', 'native', 'varchar(12)', 'char(12)'),
    integer: fc.constantFrom('int4', 'int2'),
    bigint: fc.constantFrom('int8', 'int4'),
    decimal: fc.constantFrom('numeric', 'numeric(40,6)'),
    whole: fc.constantFrom('numeric', 'int8'),
    real: fc.constantFrom('float8', 'float4'),
    localZone: zoneAbout(moment),
  })

/** A number that chooses a value; absent for null. */
const choice = fc.option(fc.nat({ max: 120 }), { freq: 5, nil: undefined })
export const chosenRow = fc.record(Object.fromEntries(propertyNames.map((property) => [property, choice])))
/** Now and then a row has values that no report can show. */
const poison = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 4 },
  {
    arbitrary: fc.record({
      row: fc.nat({ max: 59 }),
      properties: fc.uniqueArray(fc.constantFrom(...poisonable), { minLength: 1, maxLength: 5 }),
      choice: fc.nat(4),
    }),
    weight: 1,
  },
)
const chosenTenant = (moment: Moment) =>
  fc.record({
    poison,
    timeZone: zoneAbout(moment),
    rows: fc.array(chosenRow, { maxLength: 60, size: 'max' }),
  })

/** A table with the rows of three tenants, about one instant. */
export const table = (moment: Moment): fc.Arbitrary<Pick<World, 'storage' | 'tenants'>> =>
  fc
    .record({ storage: storage(moment), tenants: fc.array(chosenTenant(moment), { minLength: 3, maxLength: 3 }) })
    .map(({ storage, tenants }) => ({
      storage,
      tenants: tenants.map(({ timeZone, rows, poison }, at) => ({
        id: ids[storage.tenancy][at] as string,
        ...(storage.tenancy === 'schema' ? { schema: schemas[at] as string } : {}),
        timeZone,
        rows: rows.map((row, r) => ({
          ...storedRow(storage, moment.instant, row),
          ...(poison !== undefined && r === poison.row % rows.length ? poisonedValues(storage, poison) : {}),
        })),
        labels: Object.fromEntries(
          codes.slice(0, 5).map((code, c) => [code, (c + at) % 4 === 0 ? null : `${at}${code}`]),
        ),
      })),
    }))

function poisonedValues(storage: Storage, { properties, choice }: { properties: Poisonable[]; choice: number }) {
  return Object.fromEntries(properties.map((property) => [property, poisonOf(storage, property, choice)]))
}

export function storedRow(
  storage: Storage,
  anchor: string,
  row: Readonly<Record<string, number | undefined>>,
): StoredRow {
  return Object.fromEntries(
    propertyNames.map((property: PropertyName) => {
      const chosen = row[property]
      if (chosen === undefined && properties[property].nullable) return [property, null]
      return [property, storedValue(storage, anchor, property, chosen ?? 0)]
    }),
  )
}

import fc from 'fast-check'

export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

/** Values that a schema takes, as far as our own document says things. Throws for what it does not know how to make. */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map(valuesOf))
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => valuesOf({ ...schema, type })))
  switch (schema.type) {
    case 'string':
      return textOf(schema)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 })
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      })
    case 'object': {
      const members = Object.entries(schema.properties ?? {})
      const requiredKeys = schema.required ?? []
      return fc.record(Object.fromEntries(members.map(([name, member]) => [name, valuesOf(member)])), {
        requiredKeys: requiredKeys as string[],
        noNullPrototype: true,
      })
    }
    default:
      throw new Error(`no values for the schema ${JSON.stringify(schema)}`)
  }
}

/** Mostly within a quarter, since a period of a hundred years is only ever refused. */
const instants = fc.oneof(
  { weight: 3, arbitrary: dateIn('2026-10-01', '2026-12-31') },
  { weight: 1, arbitrary: dateIn('1970-01-01', '2100-01-01') },
)

function dateIn(from: string, to: string) {
  return fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
}

function textOf({ pattern, format }: JsonSchema): fc.Arbitrary<string> {
  switch (format) {
    case 'date':
      return instants.map((instant) => instant.toISOString().slice(0, 10))
    case 'date-time':
      return instants.map((instant) => instant.toISOString())
    case 'uuid':
      return fc.uuid()
    default:
      return pattern === undefined || pattern === '^[^\\u0000]*$'
        ? fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0'))
        : fc.stringMatching(new RegExp(pattern)).filter((text) => text.length < 60)
  }
}

/** What people, mistakes and attackers send in place of a value. */
export const strangeText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ' ', '\0', 'NaN', '-0', '1e999', '0x10', '9'.repeat(400), '2026-02-30', '10000-01-01', 'null'),
  fc.constantFrom("' or 1=1 --", '$1', '{"a":1}', '[object Object]', '__proto__', 'constructor', '../../etc/passwd'),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme-composite', maxLength: 30 }),
)

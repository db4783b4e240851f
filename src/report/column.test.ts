import { describe, expect, test } from 'vitest'
import { decimal, enumOf, nullable, text, timestamp } from './column.ts'

describe('a column', () => {
  test('keeps what it tells people, beside its type', () => {
    expect(decimal({ scale: 2, label: 'Rate', unit: 'night', currency: 'EUR', better: 'higher', column: 'r' })).toEqual(
      {
        type: { kind: 'decimal', scale: 2 },
        nullable: false,
        label: 'Rate',
        unit: 'night',
        currency: 'EUR',
        better: 'higher',
        column: 'r',
      },
    )
  })

  test('is made nullable by a copy', () => {
    const never = text({ label: 'Name' })
    expect(nullable(never)).toEqual({ ...never, nullable: true })
    expect(never.nullable).toBe(false)
  })

  test('that holds local time names its zone', () => {
    expect(timestamp().type).toEqual({ kind: 'timestamp' })
    expect(timestamp({ timeZone: 'Europe/Berlin' }).type).toEqual({ kind: 'timestamp', timeZone: 'Europe/Berlin' })
  })

  test('that is an enum keeps the order of its values, with labels or without', () => {
    expect(enumOf('low', 'high').type).toEqual({ kind: 'enum', values: ['low', 'high'] })
    const labels = { low: 'Low', high: { en: 'High', de: 'Hoch' } }
    expect(enumOf(labels, { column: 'sev', label: 'Severity' })).toEqual({
      type: { kind: 'enum', values: ['low', 'high'], labels },
      nullable: false,
      column: 'sev',
      label: 'Severity',
    })
  })
})

import { describe, expect, test } from 'vitest'
import type { FoldColumn } from './fold-column.ts'
import { combinationsOf, packedOf, packedValues } from './packing.ts'

const enumOfSize = (size: number): FoldColumn => ({
  column: `of_${size}`,
  type: { kind: 'enum', values: Array.from({ length: size }, (_, i) => `v${i}`) },
  nullable: false,
})
const text: FoldColumn = { column: 't', type: { kind: 'text' }, nullable: false }

describe('packed dimensions', () => {
  test('are enums as long as they have 64 combinations at most, `other` and null included', () => {
    expect(packedOf([text, enumOfSize(6), text, enumOfSize(6)])).toEqual([1, 3])
    expect(packedOf([enumOfSize(6), enumOfSize(7), enumOfSize(5)])).toEqual([0, 2])
    expect(packedOf([enumOfSize(62), enumOfSize(1)])).toEqual([0])
    expect(packedOf([enumOfSize(63)])).toEqual([])
    expect(packedOf([text])).toEqual([])
  })

  test('have a place for each combination; a listed `other` is `other`', () => {
    const level: FoldColumn = { column: 'l', type: { kind: 'enum', values: ['other', 'low'] }, nullable: false }
    expect(packedValues(level)).toEqual(['low', 'other', null])
    expect(combinationsOf([enumOfSize(1), level])).toEqual([
      ['v0', 'low'],
      ['v0', 'other'],
      ['v0', null],
      ['other', 'low'],
      ['other', 'other'],
      ['other', null],
      [null, 'low'],
      [null, 'other'],
      [null, null],
    ])
    expect(combinationsOf([])).toEqual([[]])
  })
})

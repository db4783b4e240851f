import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { table } from './table.ts'

test('numbers stand to the right, text to the left, under their headers', () => {
  const columns = [
    { header: 'channel', align: 'left' },
    { header: 'revenue', align: 'right' },
    { header: 'n', align: 'right' },
  ] as const
  const rows = [
    ['app', '10321.50', '3'],
    ['a long name', '7.00', '1204'],
  ]
  expect(table(columns, rows)).toBe(
    [
      'channel       revenue     n',
      '-----------  --------  ----',
      'app          10321.50     3',
      'a long name      7.00  1204',
      '',
    ].join('\n'),
  )
})

test('a table without rows has its headers', () => {
  expect(table([{ header: 'a', align: 'left' }], [])).toBe('a\n-\n')
})

test('characters that take two places, and those that take none, are counted as a terminal shows them', () => {
  const rows = [
    ['東京駅', '1'],
    ['e\u0301', '22'],
    ['👩‍👩‍👧', '333'],
  ]
  const columns = [
    { header: 'x', align: 'left' },
    { header: 'n', align: 'right' },
  ] as const
  const widths = table(columns, rows)
    .trimEnd()
    .split('\n')
    .map((line) => stringWidth(line))
  expect(new Set(widths)).toEqual(new Set([6 + 2 + 3]))
})

test('every line is as wide as the widest, whatever stands in the cells', () => {
  const cell = fc.string({ unit: 'grapheme-ascii', maxLength: 12 })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), (rows) => {
      const columns = [
        { header: 'first', align: 'left' },
        { header: 'second', align: 'right' },
      ] as const
      const lines = table(columns, rows).split('\n').slice(0, -1)
      const width = Math.max(...rows.map(([first]) => first.length), 5) + 2
      for (const [at, row] of rows.entries()) {
        const line = (lines[at + 2] as string).padEnd(width)
        expect(line.slice(0, row[0].length)).toBe(row[0])
        expect(line.slice(width).trimStart()).toBe(row[1].trim() === '' ? '' : row[1].trim())
      }
    }),
  )
})

import { expect, test } from 'vitest'
import { startServer } from '../../embedded/cluster.ts'
import { query } from '../../embedded/database.ts'
import { bigintArray, textArray } from './binary-array.ts'

test('arrays arrive as they were sent, whatever is in them', async () => {
  await using server = await startServer()
  const texts = ['', 'a', '"', '{},\\', 'NULL', 'é🪵', '\u0001', 'x'.repeat(100_000)]
  const numbers = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]
  const [row] = await query(
    server.connection,
    'select to_jsonb($1::text[]) as texts, $2::bigint[]::text as numbers, $3::text[] as no_texts, $4::bigint[] as no_numbers',
    [textArray(texts), bigintArray(numbers), textArray([]), bigintArray([])],
  )
  expect(row).toEqual({ texts, numbers: `{${numbers.join(',')}}`, no_texts: [], no_numbers: [] })
})

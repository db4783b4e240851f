import { dynamoTable } from './dynamo-table.ts'
import { watchMachine } from './machine-load.ts'
import type { DynamoWriterAnswer, DynamoWriterQuestion, DynamoWriterStart } from './program/dynamo-writer.ts'
import { startProgram } from './program.ts'
import { median, middle } from './statistics.ts'
import { microseconds, printTable, times, whole } from './table.ts'
import { printVerdict } from './verdict.ts'

const mostOfBare = 1.3
const tenants = 400
const changesPerBatch = 4_000
const rounds = 12
const warmingRounds = 3
const sides = ['store', 'same', 'add'] as const

const names = {
  store: 'the store',
  same: 'the same updates, by the SDK alone',
  add: 'an ADD of each number, by the SDK alone',
} as const

/** CPU of the process that writes, for each item: the store's, against the bare call of the SDK. */
export async function dynamodbCpu({ rows }: { readonly rows: number }): Promise<void> {
  await using table = await dynamoTable()
  const writer = await startProgram<DynamoWriterStart, object, DynamoWriterQuestion, DynamoWriterAnswer>(
    'dynamo-writer',
    { address: table.address, tenants },
  )
  const changes = Math.min(changesPerBatch, Math.round(rows / 10))
  for (let round = 0; round < warmingRounds; round++) for (const side of sides) await writer.ask({ side, changes })
  const loadOf = watchMachine()
  const answers: Record<(typeof sides)[number], DynamoWriterAnswer[]> = { store: [], same: [], add: [] }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? sides : sides.toReversed()
    for (const side of order) answers[side].push(await writer.ask({ side, changes }))
  }
  const load = loadOf()
  await writer.close()
  const each = ({ cpu, items }: DynamoWriterAnswer): number => (cpu / items) * 1e6
  const ratio = (side: (typeof sides)[number]) =>
    middle(answers.store.map((store, round) => each(store) / each(answers[side][round] as DynamoWriterAnswer)))
  const items = median(answers.store.map((answer) => answer.items))
  console.log(`Batches of ${whole(items)} items, ${rounds} of each kind, on an emulator:\n`)
  printTable(
    ['', 'CPU an item', 'the store against it', 'items/s'],
    sides.map((side) => [
      names[side],
      microseconds(median(answers[side].map(each))),
      side === 'store' ? '' : times(ratio(side).median),
      whole(median(answers[side].map((answer) => answer.items / answer.seconds))),
    ]),
  )
  const { median: ofBare, low, high } = ratio('same')
  const range = `middle half ${low.toFixed(2)} to ${high.toFixed(2)}`
  printVerdict(
    ofBare <= mostOfBare,
    `${times(ofBare)} the CPU of the bare call for each item (${range}); at most ${times(mostOfBare)}`,
    load,
  )
}

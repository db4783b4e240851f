import { MillraceError } from '../../errors.ts'
import { type Filling, origin, type Position, type Progress, type ToldFilling } from '../report-store.ts'
import { format, type Item, number, numberOf, refuseNewer, text, textOf } from './attributes.ts'
import { progressKey } from './item-keys.ts'
import type { TableClient, Written } from './table-client.ts'

/** How far a stream is, and what decides which builds there are. */
export interface StreamState {
  readonly progress: Progress
  /** No build before it is there any more: the stream was restarted since. */
  readonly firstNumber: number
  readonly nextNumber: number
  /** Builds that wait under this token are there; who finds it writes them down as such first. */
  readonly opening: string | undefined
  /** Who moved it there. */
  readonly movedBy: string | undefined
  /** False of a stream that nothing was done to yet. */
  readonly isThere: boolean
}

export function streamStateOf(item: Item | undefined): StreamState {
  if (item !== undefined) refuseNewer(item)
  const until = item && textOf(item, 'declared_until')
  const filling = item && textOf(item, 'filling_json')
  return {
    progress: {
      position: (item && textOf(item, 'stream_position')) ?? origin,
      committedAt: BigInt(item?.committed_at?.N ?? 0),
      epoch: (item && numberOf(item, 'stream_epoch')) ?? 0,
      source: (item && textOf(item, 'source_text')) ?? '',
      ...(until !== undefined && { until }),
      ...(filling !== undefined && { filling: JSON.parse(filling) as ToldFilling }),
    },
    firstNumber: (item && numberOf(item, 'first_number')) ?? 1,
    nextNumber: (item && numberOf(item, 'next_number')) ?? 1,
    opening: item && textOf(item, 'opening_token'),
    movedBy: item && textOf(item, 'moved_by'),
    isThere: item !== undefined,
  }
}

export async function readStream(table: TableClient, stream: string): Promise<StreamState> {
  return streamStateOf(await table.get('progress', progressKey(stream)))
}

/** One conditional update of a stream's item, which is made where there is none. */
export async function updateStream(
  table: TableClient,
  stream: string,
  update: string,
  condition: string,
  values: NonNullable<Parameters<TableClient['update']>[0]['values']>,
): Promise<Written> {
  const key = progressKey(stream)
  const write = {
    purpose: 'progress' as const,
    key,
    condition: `item_format <= :format AND ${condition}`,
    values: { ...values, ':format': number(format) },
  }
  const first = await table.update(write, update, 'ALL_NEW')
  if (first.isDone || (first.item ?? (await table.get('progress', key))) !== undefined) return first
  await table.put(
    { purpose: 'progress', key, condition: 'attribute_not_exists(pk)' },
    {
      item_format: number(format),
      stream_position: text(origin),
      committed_at: number(0),
      stream_epoch: number(0),
      source_text: text(''),
      first_number: number(1),
      next_number: number(1),
    },
  )
  return table.update(write, update, 'ALL_NEW')
}

/** S4: the end of a batch is durable before the first of its writes; whoever finds it there finishes the batch with that end (S5). */
export async function declare(
  table: TableClient,
  stream: string,
  { from, to, epoch }: { readonly from: Position; readonly to: Position; readonly epoch: number },
): Promise<StreamState> {
  const declared = await updateStream(
    table,
    stream,
    'SET declared_until = :to',
    'stream_position = :from AND stream_epoch = :epoch AND (attribute_not_exists(declared_until) OR declared_until = :to)',
    { ':to': text(to), ':from': text(from), ':epoch': number(epoch) },
  )
  if (!declared.isDone) throw await conflict(table, stream, from, epoch)
  return streamStateOf(declared.item)
}

/** After everything of the batch has been acknowledged. */
export async function advance(
  table: TableClient,
  stream: string,
  batch: {
    readonly from: Position
    readonly to: Position
    readonly epoch: number
    readonly committedAt: bigint
    readonly source: string
  },
): Promise<void> {
  const { from, to, epoch, committedAt, source } = batch
  const token = crypto.randomUUID()
  const advanced = await updateStream(
    table,
    stream,
    'SET stream_position = :to, committed_at = :at, source_text = :source, moved_by = :token REMOVE declared_until',
    'stream_position = :from AND stream_epoch = :epoch AND (attribute_not_exists(declared_until) OR declared_until = :to)',
    {
      ...{ ':to': text(to), ':from': text(from), ':epoch': number(epoch) },
      ...{ ':at': number(committedAt), ':source': text(source), ':token': text(token) },
    },
  )
  if (advanced.isDone) return
  // It was in already when the answer was lost.
  if ((await readStream(table, stream)).movedBy === token) return
  throw await conflict(table, stream, from, epoch)
}

/** It changes nothing that a condition of another update looks at. */
export async function tellFilling(table: TableClient, stream: string, filling: Filling): Promise<void> {
  const told: ToldFilling = { ...filling, toldAt: table.clock.now() }
  await table.update(
    {
      purpose: 'progress',
      key: progressKey(stream),
      condition: 'item_format <= :format AND (attribute_not_exists(filling_first) OR filling_first <= :first)',
      values: { ':format': number(format), ':told': text(JSON.stringify(told)), ':first': number(filling.first) },
    },
    'SET filling_json = :told, filling_first = :first',
  )
}

async function conflict(table: TableClient, stream: string, from: Position, epoch: number): Promise<MillraceError> {
  const { progress } = await readStream(table, stream)
  const { position, until } = progress
  const is = `at ${position} in epoch ${progress.epoch}${until === undefined ? '' : `, with a batch begun until ${until}`}`
  return new MillraceError(
    'STORE_CONFLICT',
    `the stream is ${is}, and does not continue from ${from} in epoch ${epoch}`,
  )
}

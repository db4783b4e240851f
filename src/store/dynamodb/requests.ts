import type { NewRequest, Request } from '../report-store.ts'
import { format, type Item, number, numberOf, refuseNewer, text, textOf } from './attributes.ts'
import { requestsPartition } from './item-keys.ts'
import type { TableClient } from './table-client.ts'

/** Milliseconds for which a request is kept that has ended. */
const kept = 3_600_000

let asked = 0

/** Requests sort by when they were asked; those of one process in the same millisecond by their order. */
export async function askRequest(table: TableClient, stream: string, request: NewRequest): Promise<string> {
  const askedAt = table.clock.now()
  asked = (asked + 1) % 1_000_000
  const [time, order] = [askedAt.toString().padStart(15, '0'), asked.toString().padStart(6, '0')]
  const id = `${time}-${order}-${crypto.randomUUID()}`
  const { kind, tenant, report } = request
  await table.put(
    { purpose: 'requests', key: { pk: requestsPartition(stream), sk: id } },
    {
      item_format: number(format),
      request_kind: text(kind),
      ...(tenant !== undefined && { tenant_text: text(tenant) }),
      ...(report !== undefined && { report_text: text(report) }),
      request_state: text('waiting'),
      outcome_text: text(''),
      asked_at: number(askedAt),
    },
  )
  return id
}

export async function listRequests(table: TableClient, stream: string): Promise<readonly Request[]> {
  const items = await table.queryAll({ purpose: 'requests', pk: requestsPartition(stream) })
  const now = table.clock.now() / 1_000
  // DynamoDB deletes what has expired within days.
  return items.filter((item) => (numberOf(item, 'expires_at') ?? now) >= now).map(requestOf)
}

function requestOf(item: Item): Request {
  refuseNewer(item)
  const [tenant, report] = [textOf(item, 'tenant_text'), textOf(item, 'report_text')]
  return {
    id: textOf(item, 'sk') as string,
    kind: textOf(item, 'request_kind') as Request['kind'],
    ...(tenant !== undefined && { tenant }),
    ...(report !== undefined && { report }),
    state: textOf(item, 'request_state') as Request['state'],
    outcome: textOf(item, 'outcome_text') ?? '',
    askedAt: numberOf(item, 'asked_at') ?? 0,
  }
}

export async function answerRequest(
  table: TableClient,
  stream: string,
  id: string,
  { state, outcome }: Pick<Request, 'state' | 'outcome'>,
): Promise<void> {
  const hasEnded = state === 'done' || state === 'failed'
  const expires = Math.ceil((table.clock.now() + kept) / 1_000)
  await table.update(
    {
      purpose: 'requests',
      key: { pk: requestsPartition(stream), sk: id },
      condition: 'attribute_exists(pk)',
      values: {
        ...{ ':state': text(state), ':outcome': text(outcome) },
        ...(hasEnded && { ':expires': number(expires) }),
      },
    },
    `SET request_state = :state, outcome_text = :outcome${hasEnded ? ', expires_at = :expires' : ' REMOVE expires_at'}`,
  )
}

export async function withdrawRequest(table: TableClient, stream: string, id: string): Promise<void> {
  await table.delete({ purpose: 'requests', key: { pk: requestsPartition(stream), sk: id } })
}

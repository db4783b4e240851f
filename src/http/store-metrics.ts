import { Counter, Histogram, type Registry } from 'prom-client'

/** What one request to a store took that has a price by the request: DynamoDB. */
export interface StoreRequest {
  /** As the store names it: `UpdateItem`, `Query`, … */
  readonly operation: string
  /** What it was for. */
  readonly purpose: string
  readonly readUnits: number
  readonly writeUnits: number
  readonly isThrottled: boolean
  readonly outcome: string
  readonly milliseconds: number
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** What Prometheus scrapes of them; gives what is told of each. They stay empty where the store is another. */
export function createStoreMetrics(registers: Registry[]): (request: StoreRequest) => void {
  const capacity = new Counter({
    name: 'millrace_store_capacity_units_total',
    help: 'Read and write units that requests to DynamoDB took',
    labelNames: ['kind', 'purpose'] as const,
    registers,
  })
  const requests = new Counter({
    name: 'millrace_store_requests_total',
    help: 'Requests to DynamoDB',
    labelNames: ['operation', 'outcome'] as const,
    registers,
  })
  const throttled = new Counter({
    name: 'millrace_store_throttled_total',
    help: 'Requests of which DynamoDB refused all or a part for the time being',
    labelNames: ['operation'] as const,
    registers,
  })
  const seconds = new Histogram({
    name: 'millrace_store_request_seconds',
    help: 'How long requests to DynamoDB took',
    labelNames: ['operation'] as const,
    buckets,
    registers,
  })
  return ({ operation, purpose, readUnits, writeUnits, isThrottled, outcome, milliseconds }) => {
    if (readUnits > 0) capacity.inc({ kind: 'read', purpose }, readUnits)
    if (writeUnits > 0) capacity.inc({ kind: 'write', purpose }, writeUnits)
    requests.inc({ operation, outcome })
    if (isThrottled) throttled.inc({ operation })
    seconds.observe({ operation }, milliseconds / 1000)
  }
}

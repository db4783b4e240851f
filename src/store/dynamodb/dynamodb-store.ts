import { MillraceError } from '../../errors.ts'
import type { ReportStore } from '../report-store.ts'
import type { Consumed } from './capacity.ts'
import type { Clock } from './clock.ts'
import type { AwsCredentials, TableAddress } from './table-address.ts'

export interface DynamoStoreOptions extends TableAddress {
  /** The default chain of AWS unless given: environment, shared files, container, instance. */
  readonly credentials?: AwsCredentials
  /** Told what each request took, also of those that were refused. */
  readonly observe?: (consumed: Consumed) => void
  /** Requests under way at once; 64 unless given. */
  readonly maxConcurrency?: number
  /** Milliseconds for which a call is tried before STORE_UNAVAILABLE; 60,000 unless given. */
  readonly deadlineMilliseconds?: number
  /** Of a report: among how many partition keys the counters of each of its builds are spread; 1 unless given. Fixed when a build is opened. */
  readonly shards?: (report: string) => number
  readonly clock?: Clock
}

/** A reporting store in a table of DynamoDB that `createTable` made. It is not asked yet. */
export function openDynamoStore(options: DynamoStoreOptions): ReportStore {
  throw new MillraceError('INTERNAL', `the store on DynamoDB table ${options.table} is not written yet`)
}

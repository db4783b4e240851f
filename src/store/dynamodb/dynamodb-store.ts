import type {
  BaseAddition,
  Batch,
  Build,
  BuildId,
  Changed,
  Filling,
  FillingBuild,
  NewBuild,
  NewRequest,
  Position,
  Progress,
  Reading,
  ReadResult,
  ReportStore,
  Request,
  SortRange,
  State,
} from '../report-store.ts'
import { addBaseChunk } from './add-base.ts'
import { applyBatch } from './apply-batch.ts'
import type { Consumed } from './capacity.ts'
import { makeReady, retireBuild, stopBuilds } from './change-builds.ts'
import { ChangeMarks } from './change-marks.ts'
import type { Clock } from './clock.ts'
import { Definitions } from './definitions.ts'
import { dropBuild, restartStream } from './drop-builds.ts'
import { listFillings } from './fillings.ts'
import { KnownBuilds } from './known-builds.ts'
import { listBuilds } from './list-builds.ts'
import { openBuilds } from './open-builds.ts'
import { readStream, tellFilling } from './progress-item.ts'
import { readChanged } from './read-changed.ts'
import { readCounters } from './read-counters.ts'
import { answerRequest, askRequest, listRequests, withdrawRequest } from './requests.ts'
import type { AwsCredentials, TableAddress } from './table-address.ts'
import { TableClient } from './table-client.ts'
import { Zeroes } from './zeroes.ts'

export interface DynamoStoreOptions extends TableAddress {
  /** The default chain of AWS unless given: environment, shared files, container, instance. */
  readonly credentials?: AwsCredentials
  /** Told what each request took, also of those that were refused. */
  readonly observe?: (consumed: Consumed) => void
  /** Requests under way at once; 64 unless given. */
  readonly maxConcurrency?: number
  /** Milliseconds for which a request is tried again before STORE_UNAVAILABLE; 60,000 unless given. */
  readonly deadlineMilliseconds?: number
  /** Of a report: among how many partition keys the counters of a build are spread; 1 unless given. Fixed when a build is opened. */
  readonly shards?: (report: string) => number
  /** Bytes of a batch's additions that are held in memory before they go to disk; 64 MiB unless given. */
  readonly memoryBytes?: number
  /** Milliseconds after which a counter that holds nothing is deleted, and above which no request can be late; an hour unless given. */
  readonly horizonMilliseconds?: number
  readonly clock?: Clock
}

/** Milliseconds for which a batch is written without looking whether the stream is still where it was. */
const confirmedMilliseconds = 30_000
const cleanedEveryMilliseconds = 10_000

/** A reporting store in a table of DynamoDB, by plain conditional updates. Before it is used, `createTable` has made the table. */
export class DynamoStore implements ReportStore {
  readonly #table: TableClient
  readonly #definitions: Definitions
  readonly #builds: KnownBuilds
  readonly #marks: ChangeMarks
  readonly #zeroes: Zeroes
  readonly #shards: (report: string) => number
  readonly #writing: { readonly memoryBytes: number; readonly confirmedMilliseconds: number }

  constructor(options: DynamoStoreOptions) {
    const { shards = () => 1, memoryBytes = 64 * 2 ** 20, horizonMilliseconds = 3_600_000 } = options
    const table = new TableClient(options)
    this.#table = table
    this.#definitions = new Definitions(table)
    const builds = new KnownBuilds(table, horizonMilliseconds)
    this.#builds = builds
    this.#marks = new ChangeMarks(table)
    this.#zeroes = new Zeroes({ table, builds, horizonMilliseconds, everyMilliseconds: cleanedEveryMilliseconds })
    this.#shards = shards
    this.#writing = { memoryBytes, confirmedMilliseconds }
  }

  async progress(stream: string): Promise<Progress> {
    return (await readStream(this.#table, stream)).progress
  }

  apply(stream: string, batch: Batch): Promise<void> {
    const [table, builds, marks, zeroes] = [this.#table, this.#builds, this.#marks, this.#zeroes] as const
    return applyBatch({ table, builds, marks, zeroes, ...this.#writing }, stream, batch)
  }

  restart(
    stream: string,
    from: { readonly position: Position; readonly source: string; readonly epoch: number },
  ): Promise<Progress> {
    return restartStream(this.#table, stream, from)
  }

  builds(stream: string): Promise<readonly Build[]> {
    return listBuilds(this.#table, this.#definitions, stream)
  }

  open(stream: string, builds: readonly NewBuild[], epoch: number): Promise<readonly Build[]> {
    const options = { table: this.#table, definitions: this.#definitions, shards: this.#shards }
    return openBuilds(options, stream, builds, epoch)
  }

  addBase(stream: string, build: BuildId, chunk: string, additions: Iterable<BaseAddition>): Promise<void> {
    return addBaseChunk({ table: this.#table, ...this.#writing }, stream, build, chunk, additions)
  }

  tellFilling(stream: string, filling: Filling): Promise<void> {
    return tellFilling(this.#table, stream, filling)
  }

  fillings(stream: string, tenants: readonly string[]): Promise<readonly FillingBuild[]> {
    return listFillings(this.#table, stream, tenants)
  }

  ready(stream: string, build: BuildId): Promise<void> {
    return makeReady(this.#table, stream, build)
  }

  retire(stream: string, build: BuildId): Promise<void> {
    return retireBuild(this.#table, stream, build)
  }

  stop(stream: string, builds: readonly BuildId[], detail: string): Promise<void> {
    return stopBuilds(this.#table, stream, builds, detail)
  }

  drop(stream: string, build: BuildId): Promise<void> {
    return dropBuild(this.#table, stream, build)
  }

  read(stream: string, of: Reading, ranges: readonly SortRange[], known?: State): Promise<ReadResult | null> {
    return readCounters({ table: this.#table, definitions: this.#definitions }, stream, of, ranges, known)
  }

  changed(stream: string, tenants: readonly string[], since: Position): Promise<Changed> {
    return readChanged(this.#table, stream, tenants, since)
  }

  ask(stream: string, request: NewRequest): Promise<string> {
    return askRequest(this.#table, stream, request)
  }

  requests(stream: string): Promise<readonly Request[]> {
    return listRequests(this.#table, stream)
  }

  answer(stream: string, id: string, answer: Pick<Request, 'state' | 'outcome'>): Promise<void> {
    return answerRequest(this.#table, stream, id, answer)
  }

  withdraw(stream: string, id: string): Promise<void> {
    return withdrawRequest(this.#table, stream, id)
  }

  async close(): Promise<void> {
    await this.#zeroes.close()
    this.#table.close()
  }
}

/** Not asked yet. */
export function openDynamoStore(options: DynamoStoreOptions): DynamoStore {
  return new DynamoStore(options)
}

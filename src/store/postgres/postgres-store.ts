import pg from 'pg'
import type { ConnectionSettings } from '../../secret/connection.ts'
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
import { makeReady, retireBuild, stopBuilds } from './change-builds.ts'
import { Connections, clientConfig } from './connections.ts'
import { describeReports } from './describe-reports.ts'
import { dropBuild, restartStream } from './drop-builds.ts'
import { ExpiredCounters } from './expired-counters.ts'
import { listFillings, tellFilling } from './fillings.ts'
import { KnownDefinitions } from './known-definitions.ts'
import { migrate } from './migrate.ts'
import type { Migration } from './migrations/migrations.ts'
import { listBuilds, openBuilds } from './open-builds.ts'
import { readChanged } from './read-changed.ts'
import { readCounters } from './read-counters.ts'
import type { ReportView } from './report-view.ts'
import { answerRequest, askRequest, listRequests, withdrawRequest } from './requests.ts'
import { readProgress } from './stream-row.ts'

export interface PostgresStoreOptions {
  readonly connection: ConnectionSettings | pg.ClientConfig
  /** `reporting` unless given. */
  readonly schema?: string
  /** Connections at most; 8 unless given. */
  readonly connections?: number
}

/** A reporting store in a schema of a PostgreSQL database, 15 or later. Before it is used, `migrate` has run once. */
export class PostgresStore implements ReportStore {
  readonly #config: pg.ClientConfig
  readonly #name: string
  readonly #schema: string
  readonly #connections: Connections
  readonly #definitions: KnownDefinitions
  readonly #expired: ExpiredCounters

  constructor({ connection, schema = 'reporting', connections = 8 }: PostgresStoreOptions) {
    this.#config = clientConfig(connection)
    this.#name = schema
    this.#schema = pg.escapeIdentifier(schema)
    this.#connections = new Connections(this.#config, connections)
    this.#definitions = new KnownDefinitions(this.#connections, this.#schema)
    this.#expired = new ExpiredCounters(this.#schema)
  }

  /** Brings the schema up to date, and makes it where there is none; the migrations that it ran. Throws STORE_UNAVAILABLE. */
  migrate(): Promise<readonly Migration[]> {
    return migrate(this.#config, this.#name)
  }

  /**
   * Shows each report as rows: a view `report_…` in the store's schema, of the builds that are read, which roles named as `readers` may
   * read. Views of other reports are dropped. Throws STORE_UNAVAILABLE.
   */
  describeReports(views: readonly ReportView[], readers: readonly string[] = []): Promise<void> {
    return describeReports(this.#connections, this.#schema, views, readers)
  }

  progress(stream: string): Promise<Progress> {
    return readProgress(this.#connections, this.#schema, stream)
  }

  apply(stream: string, batch: Batch): Promise<void> {
    return applyBatch(this.#connections, { schema: this.#schema, expired: this.#expired }, stream, batch)
  }

  restart(
    stream: string,
    from: { readonly position: Position; readonly source: string; readonly epoch: number },
  ): Promise<Progress> {
    return restartStream(this.#connections, this.#schema, stream, from)
  }

  builds(stream: string): Promise<readonly Build[]> {
    return listBuilds(this.#connections, this.#schema, stream)
  }

  open(stream: string, builds: readonly NewBuild[], epoch: number): Promise<readonly Build[]> {
    return openBuilds(this.#connections, this.#schema, stream, builds, epoch)
  }

  addBase(stream: string, build: BuildId, chunk: string, additions: Iterable<BaseAddition>): Promise<void> {
    return addBaseChunk(this.#connections, this.#schema, stream, build, chunk, additions)
  }

  tellFilling(stream: string, filling: Filling): Promise<void> {
    return tellFilling(this.#connections, this.#schema, stream, filling)
  }

  fillings(stream: string, tenants: readonly string[]): Promise<readonly FillingBuild[]> {
    return listFillings(this.#connections, this.#schema, stream, tenants)
  }

  ready(stream: string, build: BuildId): Promise<void> {
    return makeReady(this.#connections, this.#schema, stream, build)
  }

  retire(stream: string, build: BuildId): Promise<void> {
    return retireBuild(this.#connections, this.#schema, stream, build)
  }

  stop(stream: string, builds: readonly BuildId[], detail: string): Promise<void> {
    return stopBuilds(this.#connections, this.#schema, stream, builds, detail)
  }

  drop(stream: string, build: BuildId): Promise<void> {
    return dropBuild(this.#connections, this.#schema, stream, build)
  }

  read(stream: string, of: Reading, ranges: readonly SortRange[], known?: State): Promise<ReadResult | null> {
    return readCounters(this.#connections, this.#definitions, this.#schema, stream, of, ranges, known)
  }

  changed(stream: string, tenants: readonly string[], since: Position): Promise<Changed> {
    return readChanged(this.#connections, this.#schema, stream, tenants, since)
  }

  ask(stream: string, request: NewRequest): Promise<string> {
    return askRequest(this.#connections, this.#schema, stream, request)
  }

  requests(stream: string): Promise<readonly Request[]> {
    return listRequests(this.#connections, this.#schema, stream)
  }

  answer(stream: string, id: string, answer: Pick<Request, 'state' | 'outcome'>): Promise<void> {
    return answerRequest(this.#connections, this.#schema, stream, id, answer)
  }

  withdraw(stream: string, id: string): Promise<void> {
    return withdrawRequest(this.#connections, this.#schema, stream, id)
  }

  close(): Promise<void> {
    return this.#connections.close()
  }
}

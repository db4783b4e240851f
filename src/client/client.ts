/** `millrace/client`: reads reports over HTTP, typed by their catalog, from a browser or from Node.js. */

import type { RequestIn, ResultsIn } from '../http/reports.ts'
import type {
  FilterOptions,
  ReadRequest,
  ReadResult,
  ReportAnswer,
  ReportDescription,
  ReportEvent,
  ReportSummary,
} from '../http/wire.ts'
import type { Catalog, ParamsIn, ReportName, RowIn } from '../report/catalog.ts'
import type { Row } from '../report/write-row.ts'
import { Access, type TokenSource } from './access.ts'
import { KeptDocuments } from './kept-documents.ts'
import { listen } from './listen.ts'
import { readMany, readOne, readPath } from './read.ts'
import { Deadline } from './retry.ts'

export type { TokenSource } from './access.ts'
export { ReportError, type ReportErrorCode } from './report-error.ts'

export interface ClientOptions {
  /** Where Millrace is mounted: `https://example.com/analytics`; in a browser `/analytics` will do. */
  readonly endpoint: string
  /** Signs the reader in. None, or null: the host's own cookie does. */
  readonly token?: TokenSource | null
  /** As `Accept-Language` has them: `de, en`. Titles and labels come in the first that there is; English. */
  readonly languages?: string
  /** Of `fetch`: `include` where the cookie is to go to another origin. */
  readonly credentials?: RequestCredentials
  /** How long one question may take, with all its attempts. 10. */
  readonly deadlineSeconds?: number
}

export interface CallOptions {
  /** Aborted when nobody waits for the answer any more: the call rejects with its reason. */
  readonly signal?: AbortSignal
  /** In place of the client's own. */
  readonly deadlineSeconds?: number
}

export interface ReadOptions extends CallOptions {
  /**
   * The position of a write of one's own: the answer holds it. What `pg_current_wal_insert_lsn()` says after the commit, or the
   * `position` of another answer.
   */
  readonly includes?: string
}

export interface EventOptions {
  readonly signal?: AbortSignal
  /** The position of the last event that was heard: what changed since then is told first. */
  readonly since?: string
}

/** Whether the catalog says which reports there are; without it names and values are any. */
type IsKnown<C extends Catalog> = string extends ReportName<C> ? false : true
type GivenIn<C extends Catalog, Name> = IsKnown<C> extends true ? ParamsIn<C, Name> : Readonly<Record<string, unknown>>

/**
 * Each call rejects with a ReportError, or with the reason of its signal. What passes by itself (`TOO_BUSY`, something that cannot be
 * reached) is tried again, not before the time that the server has named, for as long as the deadline allows.
 */
export interface ReportClient<C extends Catalog> {
  /** The reports that the viewer may read. */
  list(options?: CallOptions): Promise<readonly ReportSummary<ReportName<C>>[]>
  describe<Name extends ReportName<C>>(report: Name, options?: CallOptions): Promise<ReportDescription<Name>>
  read<Name extends ReportName<C>>(
    report: Name,
    ...rest: {} extends GivenIn<C, Name>
      ? [given?: GivenIn<C, Name>, options?: ReadOptions]
      : [given: GivenIn<C, Name>, options?: ReadOptions]
  ): Promise<ReportAnswer<Name, IsKnown<C> extends true ? RowIn<C, Name> : Row>>
  /** At most 20 reports in one request, each of which answers or fails by itself; in the order of the requests. */
  readMany<const Requests extends readonly (IsKnown<C> extends true ? RequestIn<C> : ReadRequest)[]>(
    requests: Requests,
    options?: ReadOptions,
  ): Promise<IsKnown<C> extends true ? ResultsIn<C, Requests> : readonly ReadResult[]>
  /** The values that a filter may take for this viewer's tenant, at most 1000. */
  options<Name extends ReportName<C>>(report: Name, filter: string, options?: ReadOptions): Promise<FilterOptions<Name>>
  /**
   * Tells which reports change, across connections that end, until nobody listens any more; it ends by itself where no store answers
   * a report, since then nobody tells. See "Events" of the HTTP reference for what an event says.
   */
  events(options?: EventOptions): AsyncIterable<ReportEvent>
}

/** Documents that are kept to be asked for by their entity tag. */
const mostKept = 200

/** `client<typeof catalog>({ endpoint: '/analytics', token })`; without a catalog, nothing is known of reports before they are read. */
export function client<C extends Catalog = Catalog>(options: ClientOptions): ReportClient<C> {
  const { endpoint, token = null, languages, credentials, deadlineSeconds = 10 } = options
  const access = new Access({ endpoint, token, languages, credentials })
  const kept = new KeptDocuments(mostKept)
  const asking = ({ signal, deadlineSeconds: own, includes }: ReadOptions = {}) => ({
    access,
    kept,
    includes,
    deadline: new Deadline(own ?? deadlineSeconds, signal),
  })
  const untyped: UntypedClient = {
    list: async (options) => ((await readPath(asking(options), '/reports')) as Listed).reports,
    describe: (report, options) => readPath(asking(options), `/reports/${encodeURIComponent(report)}`),
    read: (report, given, options) => readOne(asking(options), report, given ?? {}),
    readMany: (requests, options) => readMany(asking(options), requests),
    options: (report, filter, options) =>
      readPath(asking(options), `/reports/${encodeURIComponent(report)}/options/${encodeURIComponent(filter)}`),
    events: ({ signal = new AbortController().signal, since } = {}) => listen(access, { signal, lastEventId: since }),
  }
  return untyped as ReportClient<C>
}

interface Listed {
  readonly reports: readonly ReportSummary[]
}

/** The same without what the catalog says. */
interface UntypedClient {
  list(options?: CallOptions): Promise<unknown>
  describe(report: string, options?: CallOptions): Promise<unknown>
  read(report: string, given?: object, options?: ReadOptions): Promise<unknown>
  readMany(requests: readonly ReadRequest[], options?: ReadOptions): Promise<unknown>
  options(report: string, filter: string, options?: ReadOptions): Promise<unknown>
  events(options?: EventOptions): AsyncIterable<ReportEvent>
}

import type { Viewer } from '../access/viewer.ts'
import type { AnyReport, Catalog, ParamsIn, ReportName, RowIn } from '../report/catalog.ts'
import type { Freshness, ReportEngine } from '../report/engine.ts'
import type { Position } from '../report/position.ts'
import type { Languages } from './describe.ts'
import type { Listening } from './report-events.ts'
import type {
  FilterOptions,
  ReadRequest,
  ReadResult,
  ReportAnswer,
  ReportDescription,
  ReportEvent,
  ReportSummary,
} from './wire.ts'

/** What a read has besides its question. */
export interface ReadOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
  /** What the log and the answer to a failed read have in common. A new one, unless given. */
  readonly requestId?: string
  /** The reader's languages, the preferred first. */
  readonly languages?: Languages
  /** The answer holds everything up to this position (see `parsePosition`), or is POSITION_NOT_REACHED after a bounded wait. */
  readonly includes?: Position | undefined
  /** Of several reports: told of the error behind each problem document, for the log. */
  readonly onError?: (error: unknown) => void
}

/** One of the catalog's reports, with what its reader gives. */
export type RequestIn<C extends Catalog, Name = ReportName<C>> = Name extends string
  ? { readonly report: Name } & ({} extends ParamsIn<C, Name>
      ? { readonly params?: ParamsIn<C, Name> }
      : { readonly params: ParamsIn<C, Name> })
  : never

export type ResultsIn<C extends Catalog, Requests extends readonly { readonly report: string }[]> = {
  -readonly [At in keyof Requests]: ReadResult<Requests[At]['report'], RowIn<C, Requests[At]['report']>>
}

/**
 * The reports that an application serves, as viewers see them: the whole of the interface but for HTTP itself.
 *
 * The tenant must be on the allowlist (law T2) and the viewer must have the report's permission (law T7) before anything
 * is read; a report without it throws REPORT_NOT_FOUND, the same as one that does not exist. Each read of rows or options
 * leaves an audit line.
 */
export interface Reports<C extends Catalog = Catalog> {
  readonly catalog: C
  readonly engine: ReportEngine['name']
  /** Those that the viewer may read, in the order of the catalog. */
  list(viewer: Viewer, languages?: Languages): readonly ReportSummary<ReportName<C>>[]
  /** The definitions behind `list`. */
  readable(viewer: Viewer): readonly AnyReport[]
  describe<Name extends ReportName<C>>(viewer: Viewer, name: Name, languages?: Languages): ReportDescription<Name>
  read<Name extends ReportName<C>>(
    viewer: Viewer,
    name: Name,
    given: ParamsIn<C, Name>,
    options?: ReadOptions,
  ): Promise<ReportAnswer<Name, RowIn<C, Name>>>
  /** At most 20 reports, each of which answers or fails by itself; in the order of the requests. */
  readMany<const Requests extends readonly RequestIn<C>[]>(
    viewer: Viewer,
    requests: Requests,
    options?: ReadOptions,
  ): Promise<ResultsIn<C, Requests>>
  /** The values that a filter may take, at most 1000. */
  options<Name extends ReportName<C>>(
    viewer: Viewer,
    name: Name,
    filter: string,
    options?: ReadOptions,
  ): Promise<FilterOptions<Name>>
  /**
   * Tells of the reports that change, as far as the viewer may read them at that moment and the store answers them; undefined where
   * there is no store. Throws TOO_BUSY, STORE_UNAVAILABLE, TENANT_UNKNOWN, TENANTS_UNAVAILABLE.
   */
  listen(
    viewerNow: () => Viewer,
    since: Position | undefined,
    tell: (events: readonly ReportEvent[]) => void,
  ): Promise<Listening | undefined>
  /** How many listen now. */
  listeners(): number
  /** How current an answer would be now. Throws what a read would: TENANTS_UNAVAILABLE, REPLICA_UNAVAILABLE. */
  ready(): Promise<Freshness>
}

/** The same, for who knows the names and parameters only when they are asked for. */
export interface AnyReports {
  readonly catalog: Catalog
  readonly engine: ReportEngine['name']
  list(viewer: Viewer, languages?: Languages): readonly ReportSummary[]
  readable(viewer: Viewer): readonly AnyReport[]
  describe(viewer: Viewer, name: string, languages?: Languages): ReportDescription
  read(viewer: Viewer, name: string, given: object, options?: ReadOptions): Promise<ReportAnswer>
  readMany(viewer: Viewer, requests: readonly ReadRequest[], options?: ReadOptions): Promise<readonly ReadResult[]>
  options(viewer: Viewer, name: string, filter: string, options?: ReadOptions): Promise<FilterOptions>
  listen: Reports['listen']
  listeners(): number
  /** How current an answer would be now. Throws what a read would: TENANTS_UNAVAILABLE, REPLICA_UNAVAILABLE. */
  ready(): Promise<Freshness>
}

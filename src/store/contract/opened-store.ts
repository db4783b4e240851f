import type { ReportStore } from '../report-store.ts'

/** A store to be held to the laws. What is in it may stay: each test has a stream of its own. */
export interface OpenedStore {
  readonly store: ReportStore
  /** The store as another process sees it, which shares nothing with the first but the data. */
  another(): Promise<ReportStore>
  /** Breaks off what the processes are doing just now, as a failure of the network or the server would. */
  interrupt?(): Promise<void>
  close(): Promise<void>
}

import { isDeepStrictEqual } from 'node:util'
import { MillraceError, type Viewer } from 'millrace'
import type { Millrace } from 'millrace/start'
import type { ColumnDescription, ReportAnswer } from '../../src/http/wire.ts'
import type { backOffice } from './catalog.ts'
import { atOneMoment } from './moment.ts'
import type { Writes } from './writes.ts'

/** What one engine answered, and how long it took in this process, without HTTP. */
export type Side =
  | {
      readonly milliseconds: number
      readonly asOf: string | null
      readonly lagSeconds: number | null
      readonly stale: boolean
      /** The store's counters are not complete yet, so that the replica has answered. */
      readonly building: boolean
      readonly rows: ReportAnswer['rows']
    }
  | { readonly milliseconds: number; readonly problem: string }

export interface Comparison {
  readonly report: string
  /** Both engines' answers hold everything up to this place in the primary's log, and no transaction was after it. */
  readonly position: string
  readonly columns: readonly ColumnDescription[]
  readonly replica: Side
  readonly store: Side
  /** Null where one of them has not answered. */
  readonly equal: boolean | null
}

export interface ComparerOptions {
  readonly replica: AnyReports
  readonly store: AnyReports
  readonly writes: Writes
  /** The primary's place in its log, once the standby and the store have all that is before it. */
  readonly reached: () => Promise<string>
}

type AnyReports = Millrace<typeof backOffice>['reports']

/**
 * Asks both engines for one report at the same position: the host's own writes are held up for so long. Throws what authorization
 * throws: a report that the viewer may not read does not exist.
 */
export function createComparer({ replica, store, writes, reached }: ComparerOptions) {
  return (viewer: Viewer, name: string): Promise<Comparison> => {
    const report = name as never
    const { columns } = store.describe(viewer, report, ['en'])
    return writes.still(() =>
      atOneMoment(async () => {
        const includes = await reached()
        const ask = async (engine: AnyReports): Promise<Side> => {
          const began = performance.now()
          try {
            const answer = await engine.read(viewer, report, {} as never, { includes })
            const milliseconds = performance.now() - began
            const { asOf, lagSeconds, stale, building = false, rows } = answer as ReportAnswer
            return { milliseconds, asOf, lagSeconds, stale, building, rows }
          } catch (error) {
            if (!(error instanceof MillraceError)) throw error
            return { milliseconds: performance.now() - began, problem: error.message }
          }
        }
        const sides = { replica: await ask(replica), store: await ask(store) }
        return { report: name, position: includes, columns, ...sides, equal: areEqual(sides) }
      }),
    )
  }
}

function areEqual({ replica, store }: { replica: Side; store: Side }): boolean | null {
  if ('problem' in replica || 'problem' in store || store.building) return null
  return isDeepStrictEqual(replica.rows, store.rows)
}

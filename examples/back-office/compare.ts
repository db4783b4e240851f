import { isDeepStrictEqual } from 'node:util'
import { MillraceError, type Viewer } from 'millrace'
import type { Millrace } from 'millrace/start'
import { errors } from '../../src/errors.ts'
import type { ColumnDescription, ReportAnswer } from '../../src/http/wire.ts'
import { backOffice } from './catalog.ts'
import type { Moment } from './moment.ts'
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
  /** Whether it is in raw SQL, which the replica answers whatever the secret says. */
  readonly rawSql: boolean
  /** Null where one of them has not answered, or only one of them can. */
  readonly equal: boolean | null
}

export interface ComparerOptions {
  readonly replica: AnyReports
  readonly store: AnyReports
  readonly writes: Writes
  readonly moment: Moment
  /** The primary's place in its log, once the standby and the store have all that is before it. */
  readonly reached: () => Promise<string>
}

type AnyReports = Millrace<typeof backOffice>['reports']

/**
 * Asks both engines for one report at the same position: the host's own writes are held up for so long, and something may be opened
 * beside them at that position. Throws what authorization throws: a report that the viewer may not read does not exist.
 */
export type Compare = <Beside>(
  viewer: Viewer,
  report: string,
  open: () => Promise<Beside>,
) => Promise<{ readonly comparison: Comparison; readonly beside: Beside }>

export function createComparer({ replica, store, writes, moment, reached }: ComparerOptions): Compare {
  return (viewer, name, open) => {
    const report = name as never
    const { columns, params } = store.describe(viewer, report, ['en'])
    const definition = backOffice.reports.find((each) => each.name === name)
    const rawSql = definition?.node === 'sqlReport'
    const given = params.length > 0 ? lastYear(moment) : {}
    return writes.still(() =>
      moment.atOne(async () => {
        const includes = await reached()
        const ask = async (engine: AnyReports): Promise<Side> => {
          let began = performance.now()
          try {
            const read = () => engine.read(viewer, report, given as never, { includes })
            let answer = await read()
            if (performance.now() - began < quickMilliseconds) {
              began = performance.now()
              answer = await read()
            }
            const milliseconds = performance.now() - began
            const { asOf, lagSeconds, stale, building = false, rows } = answer as ReportAnswer
            return { milliseconds, asOf, lagSeconds, stale, building, rows }
          } catch (error) {
            if (!(error instanceof MillraceError)) throw error
            return { milliseconds: performance.now() - began, problem: errors[error.code].title }
          }
        }
        const beside = await open()
        const sides = { replica: await ask(replica), store: await ask(store) }
        const equal = rawSql ? null : areEqual(sides)
        return { comparison: { report: name, position: includes, columns, ...sides, rawSql, equal }, beside }
      }),
    )
  }
}

/** What is quicker is asked twice, and the second time counts: what is prepared once for a customer's report is not in it. */
const quickMilliseconds = 500

function areEqual({ replica, store }: { replica: Side; store: Side }): boolean | null {
  if ('problem' in replica || 'problem' in store || store.building) return null
  return isDeepStrictEqual(replica.rows, store.rows)
}

/** For reports whose reader gives their days. */
function lastYear(moment: Moment): { from: string; to: string } {
  const today = moment.now().toZonedDateTimeISO('UTC').toPlainDate()
  return { from: today.subtract({ days: 365 }).toString(), to: today.add({ days: 1 }).toString() }
}

import { MillraceError, type Viewer } from 'millrace'
import type { Millrace } from 'millrace/start'
import { createStoreEngine } from '../../src/fold/engine.ts'
import type { ReportAnswer } from '../../src/http/wire.ts'
import { explainReport } from '../../src/query/explain.ts'
import type { AnyReport } from '../../src/report/catalog.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import { backOffice } from './catalog.ts'
import type { Moment } from './moment.ts'

/** How one report was answered for one viewer. */
export interface Answered
  extends Pick<ReportAnswer, 'report' | 'engine' | 'asOf' | 'lagSeconds' | 'stale' | 'position' | 'timeZone'> {
  readonly title: string
  readonly building: boolean
  /** Of the whole read in the server, without HTTP. */
  readonly milliseconds: number
  readonly rows: number
  /** What was read from the store; null where the replica answered. */
  readonly counters: CountersRead | null
  /** What the replica runs for the same question; null where it cannot be asked. */
  readonly statement: StatementRun | null
}

interface CountersRead {
  readonly build: number
  readonly ranges: number
  readonly counters: number
}

interface StatementRun {
  readonly text: string
  readonly values: readonly string[]
  /** What holds the statement to the tenant's rows. */
  readonly tenancy: 'schema' | 'column'
  readonly plan: readonly string[]
}

export interface AnsweredOptions {
  /** As the secret says. */
  readonly answering: Millrace<typeof backOffice>
  /** By a secret that names the replica alone. */
  readonly replicaOnly: Millrace<typeof backOffice>
  readonly store: Pick<ReportStore, 'read' | 'progress'>
  readonly moment: Moment
}

export interface AnsweredAsk {
  readonly report: string
  readonly params: Readonly<Record<string, unknown>>
  /** Whether the page is answered by the secret that names the replica alone. */
  readonly replicaOnly: boolean
}

/** Throws what a read throws: a report that the viewer may not read does not exist here either. */
export type TellAnswered = (viewer: Viewer, ask: AnsweredAsk) => Promise<Answered>

/** Asks for a report once more, and tells what that took: for the page's drawer, and for nobody but who may read the report. */
export function createAnswered({ answering, replicaOnly, store, moment }: AnsweredOptions): TellAnswered {
  return (viewer, { report: name, params, replicaOnly: isReplicaOnly }) =>
    moment.atOne(async () => {
      const { reports, tenants, replica } = isReplicaOnly ? replicaOnly : answering
      const { title } = reports.describe(viewer, name as never, ['en'])
      const definition = backOffice.reports.find((each) => each.name === name) as AnyReport
      const began = performance.now()
      const answer = (await reports.read(viewer, name as never, params as never)) as ReportAnswer
      const milliseconds = performance.now() - began
      const { engine, asOf, lagSeconds, stale, position, timeZone, building = false } = answer
      const asked = {
        report: definition,
        given: params,
        attributes: viewer.attributes,
        now: moment.now(),
        signal: new AbortController().signal,
      }
      const explained = await explainReport(replica, {
        ...asked,
        tenant: tenants.require(viewer.tenant),
        analyze: false,
      }).catch(onlyIf((error) => error.code === 'REPLICA_UNAVAILABLE'))
      return {
        ...{ report: name, title, engine, asOf, lagSeconds, stale, position, timeZone, building, milliseconds },
        rows: answer.rows.length,
        counters: engine === 'store' ? await countersOf(store, tenants, { ...asked, tenant: viewer.tenant }) : null,
        statement:
          explained === null
            ? null
            : {
                text: explained.statement.text,
                values: (explained.statement.values ?? []).map(String),
                tenancy: explained.tenancy,
                plan: explained.plan,
              },
      }
    })
}

const onlyIf = (isExpected: (error: MillraceError) => boolean) => (error: unknown) => {
  if (error instanceof MillraceError && isExpected(error)) return null
  throw error
}

/** The product's own engine, on a store that notes what is read of it. */
async function countersOf(
  store: AnsweredOptions['store'],
  allowlist: Millrace['tenants'],
  request: Parameters<ReturnType<typeof createStoreEngine>['find']>[0],
): Promise<CountersRead | null> {
  let read: CountersRead | null = null
  const engine = createStoreEngine({
    store: {
      progress: (stream) => store.progress(stream),
      fillings: async () => [],
      close: async () => {},
      async read(...asked: Parameters<ReportStore['read']>) {
        const found = await store.read(...asked)
        if (found !== null) {
          const counters = found.counters.reduce((sum, each) => sum + each.length, 0)
          read = { build: found.build.number, ranges: found.counters.length, counters }
        }
        return found
      },
    },
    allowlist,
    rowLimit: 10_000,
    labels: async () => ({}),
  })
  await engine.find(request)
  return read
}

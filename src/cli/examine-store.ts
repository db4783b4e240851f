import { MillraceError } from '../errors.ts'
import { readSource } from '../fold/source-text.ts'
import { lsnOf } from '../replication/position.ts'
import type { DynamoTarget, StoreTarget } from '../secret/store-target.ts'
import { refuseUnknownReports } from '../served-store.ts'
import type { Build, ReportStore } from '../store/report-store.ts'
import { examine, failureFinding } from './examine.ts'
import type { Part } from './examined.ts'
import { type AnyFinding, count } from './finding-blocks.ts'
import { stream } from './fold-status.ts'
import { type Folded, foldedBy } from './folded.ts'
import type { LoadedConfig } from './load-config.ts'
import { aboutTable, fitting, isMissingTable } from './planned-table.ts'
import { countsOf, instantOf } from './status-text.ts'

export interface ExaminedStore {
  readonly part: Part
  /** Undefined where nothing was folded, or the store cannot be asked. */
  readonly slotName: string | undefined
}

/** What the store holds, of which builds are not as they should be. */
export async function examineStore(
  target: StoreTarget,
  config: LoadedConfig,
  open: () => Promise<ReportStore>,
): Promise<ExaminedStore> {
  let slotName: string | undefined
  const folded = foldedBy(config)
  const part = await examine('store', async ({ facts, findings }) => {
    if (target.kind === 'dynamodb') facts.push(aboutTable(target))
    facts.push(routesText(target))
    try {
      refuseUnknownReports(target, config.reports)
    } catch (error) {
      findings.push(failureFinding('store', error))
    }
    const store = await open()
    try {
      if (target.kind === 'dynamodb') findings.push(...(await examineTable(target)))
      const progress = await store.progress(stream)
      slotName = readSource(progress.source)?.slot
      const builds = await store.builds(stream)
      facts.push(
        progress.committedAt === 0n
          ? 'it can be reached'
          : `at ${lsnOf(progress.position)}, current to ${instantOf(progress.committedAt)}, epoch ${progress.epoch}`,
      )
      const counts = Object.entries(countsOf(builds)).filter(([, number]) => number > 0)
      if (counts.length > 0) facts.push(`builds: ${counts.map(([state, number]) => `${number} ${state}`).join(', ')}`)
      findings.push(...judgeBuilds(builds, folded))
    } catch (error) {
      if (isMissingTable(error)) {
        const next = 'run millrace apply, which makes it'
        findings.push({ severity: 'error', about: 'store', problem: 'the table does not exist', next })
        return
      }
      if (!isUnmade(error)) throw error
      facts.push('it can be reached, and has no schema of this version yet: millrace fold makes it')
    } finally {
      await store.close()
    }
  })
  return { part, slotName }
}

/** What its table lacks. Throws TARGET_REFUSED where it cannot be used. */
async function examineTable(target: DynamoTarget): Promise<AnyFinding[]> {
  const { checkTable } = await import('../store/dynamodb/check-table.ts')
  const { warnings } = await checkTable(target)
  return warnings.map((problem) => ({ severity: 'warning', about: 'store', problem, next: fitting }))
}

function routesText({ reports, shadow }: StoreTarget): string {
  const answered = reports === 'all' ? 'every report that can be folded' : reports.join(', ') || 'no report'
  return `it answers ${answered}${shadow.length === 0 ? '' : `, and is compared for ${shadow.join(', ')}`}`
}

/** Before the first fold there is no schema: nothing is wrong with the store. */
const isUnmade = (error: unknown): boolean =>
  error instanceof MillraceError &&
  error.code === 'STORE_UNAVAILABLE' &&
  error.detail.startsWith('its schema is missing')

function judgeBuilds(builds: readonly Build[], { reports }: Folded): AnyFinding[] {
  return [...judgeMissing(builds, reports), ...judgeStopped(builds)]
}

function judgeMissing(builds: readonly Build[], reports: Folded['reports']): AnyFinding[] {
  const ready = new Set(builds.filter(({ state }) => state === 'ready').map(({ report }) => report))
  const missing = reports.filter(({ name }) => !ready.has(name)).map(({ name }) => name)
  if (missing.length === 0) return []
  const about = missing.length === 1 ? `report "${missing[0]}"` : count(missing.length, 'report')
  const problem = `${missing.length === 1 ? 'has' : 'have'} no complete build for any tenant: the replica answers instead`
  const next = `millrace fold builds ${missing.length === 1 ? 'it' : 'them'}, and millrace status shows how far it is`
  return [{ severity: 'warning', about, problem, next }]
}

function judgeStopped(builds: readonly Build[]): AnyFinding[] {
  const stopped = new Map<string, Build[]>()
  for (const build of builds) {
    if (build.state !== 'stopped') continue
    const key = JSON.stringify([build.report, build.detail])
    stopped.set(key, [...(stopped.get(key) ?? []), build])
  }
  return [...stopped.values()].map((of) => ({
    severity: 'error' as const,
    about: `report "${of[0]?.report}"`,
    problem: `is stopped: ${of[0]?.detail ?? 'it is not said why'}`,
    next: 'correct what it names, in the row, the table or the report; millrace rebuild then builds it anew',
    tenants: of.map(({ tenant }) => tenant),
  }))
}

import { readSource } from '../fold/source-text.ts'
import { lsnOf } from '../replication/position.ts'
import type { Build, ReportStore } from '../store/report-store.ts'
import { examine } from './examine.ts'
import type { Part } from './examined.ts'
import type { AnyFinding } from './finding-blocks.ts'
import { stream } from './fold-status.ts'
import type { Folded } from './folded.ts'
import { countsOf, instantOf } from './status-text.ts'

export interface ExaminedStore {
  readonly part: Part
  /** Undefined where nothing was folded, or the store cannot be asked. */
  readonly slotName: string | undefined
}

/** What the store holds, of which builds are not as they should be. */
export async function examineStore(open: () => Promise<ReportStore>, folded: Folded): Promise<ExaminedStore> {
  let slotName: string | undefined
  const part = await examine('store', async ({ facts, findings }) => {
    const store = await open()
    try {
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
    } finally {
      await store.close()
    }
  })
  return { part, slotName }
}

function judgeBuilds(builds: readonly Build[], { reports }: Folded): AnyFinding[] {
  const ready = new Set(builds.filter(({ state }) => state === 'ready').map(({ report }) => report))
  const missing = reports.filter(({ name }) => !ready.has(name)).map(({ name }) => name)
  const stopped = new Map<string, Build[]>()
  for (const build of builds) {
    if (build.state !== 'stopped') continue
    const why = `report "${build.report}": ${build.detail ?? 'it is not said why'}`
    stopped.set(why, [...(stopped.get(why) ?? []), build])
  }
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            severity: 'warning' as const,
            about: 'builds',
            problem: `no tenant has a complete build of ${missing.join(', ')}; the replica answers in its stead`,
            next: 'millrace fold builds them, and millrace status shows how far it is',
          },
        ]),
    ...[...stopped].map(([problem, of]) => ({
      severity: 'error' as const,
      about: 'builds',
      problem: `stopped: ${problem}`,
      next: 'correct what it names, in the row, the table or the report; millrace rebuild then builds it anew',
      tenants: of.map(({ tenant }) => tenant),
    })),
  ]
}

import { MillraceError } from '../../src/errors.ts'
import { answer, type Labels } from '../../src/report/answer.ts'
import type { EngineRequest, ReportEngine } from '../../src/report/engine.ts'
import { conditionsOf, resolveReading, selected } from '../../src/report/reading.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { wire } from '../../src/report/value.ts'
import { defineBuild } from '../../src/rollup/build-definition.ts'
import type { KeyRange } from '../../src/rollup/key-range.ts'
import { optionsOf, optionsRange } from '../../src/rollup/options.ts'
import { planOf } from '../../src/rollup/plan.ts'
import { groupsOf, rangesOf } from '../../src/rollup/read.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import type { StoredTenant } from './table.ts'
import type { World } from './world.ts'

/** What the counters of a store say, read by the report's fingerprint; labels are those of the world itself. */
export function storeEngine(
  store: ReportStore,
  stream: string,
  { tenants, rowLimit }: Pick<World, 'tenants' | 'rowLimit'>,
  /** The name that a report is folded under. */
  nameOf: (fingerprint: string) => string = () => 'random',
): ReportEngine {
  async function counters(report: ReportDefinition, tenant: StoredTenant, ranges: readonly KeyRange[]) {
    const { fingerprint } = defineBuild(report, tenant)
    const found = await store.read(stream, { tenant: tenant.id, report: nameOf(fingerprint), fingerprint }, ranges)
    if (found === null) throw new MillraceError('INTERNAL', 'there is no build that is ready')
    return found.counters
  }

  const labelsOf = ({ lookup }: ReportDefinition, { labels }: StoredTenant): Labels =>
    Object.fromEntries(
      Object.keys(lookup).map((dimension) => [
        dimension,
        new Map(Object.entries(labels).filter((each): each is [string, string] => each[1] !== null)),
      ]),
    )

  function asked(request: Pick<EngineRequest, 'report' | 'tenant'>) {
    const { report } = request
    if (report.node !== 'report') throw new MillraceError('INTERNAL', 'raw SQL is not folded')
    return { report, tenant: tenants.find(({ id }) => id === request.tenant) as StoredTenant }
  }

  return {
    name: 'store',
    async read(request) {
      const { report, tenant } = asked(request)
      const reading = resolveReading(report, { ...request, tenant })
      const plan = planOf(report, tenant.timeZone)
      const groups = groupsOf(plan, reading, await counters(report, tenant, rangesOf(plan, reading)))
      const rows = answer(reading, groups, labelsOf(report, tenant), rowLimit)
      return {
        engine: 'store',
        position: null,
        rows,
        asOf: null,
        lagSeconds: null,
        timeZone: reading.timeZone,
        milliseconds: 0,
      }
    },
    async options(request, filter, limit) {
      const { report, tenant } = asked(request)
      const plan = planOf(report, tenant.timeZone)
      const [within = []] = await counters(report, tenant, [optionsRange(plan, filter)])
      const labels = labelsOf(report, tenant)[filter]
      return optionsOf(plan, filter, conditionsOf(report, request.attributes), within, limit).map((raw) => {
        const value = wire(selected(report, filter).type, raw)
        return labels === undefined ? { value } : { value, label: raw === null ? null : (labels.get(raw) ?? null) }
      })
    },
    freshness: () => Promise.resolve({ asOf: null, lagSeconds: null }),
    close: () => Promise.resolve(),
  }
}

import { keepsAllRows } from '../capacity/all-rows.ts'
import type { GivenLoad, GivenTable } from '../capacity/given-load.ts'
import { measuredSkew, rowsOfCounters } from '../capacity/measured.ts'
import { MillraceError } from '../errors.ts'
import type { ReportDefinition } from '../report/report.ts'
import { definition } from '../report/source.ts'
import { readBuildDefinition } from '../rollup/build-definition.ts'
import { rangeUnder } from '../rollup/key-range.ts'
import type { Build, ReportStore } from '../store/report-store.ts'
import type { CapacityOptions } from './capacity.ts'
import { stream } from './fold-status.ts'
import type { LoadedConfig } from './load-config.ts'
import { openedStore } from './opened-store.ts'
import type { Output } from './output.ts'
import { progressOn } from './progress.ts'

/** What a store and a worker say of the load, where they are asked. Throws STORE_UNAVAILABLE, COMMAND_INVALID. */
export async function measureLoad(
  config: LoadedConfig,
  reports: readonly ReportDefinition[],
  { measure = false, metrics }: CapacityOptions,
  err: Output,
): Promise<GivenLoad> {
  const rate = metrics === undefined ? {} : { changesPerSecond: await changesPerSecond(metrics) }
  if (!measure) return rate
  const progress = progressOn(err)
  const store = await openedStore(config)
  try {
    return { ...rate, ...(await measureStore(store, reports, progress.show)) }
  } finally {
    progress.end()
    await store.close()
  }
}

/** The builds of so many tenants are read: the counters of a build may be many. */
const mostTenants = 40

/** From the builds that are read now. Throws COMMAND_INVALID where there are none. */
export async function measureStore(
  store: ReportStore,
  reports: readonly ReportDefinition[],
  show: (what: string) => void,
): Promise<GivenLoad> {
  const ready = (await store.builds(stream)).filter(({ state }) => state === 'ready')
  const tenants = new Set(ready.map(({ tenant }) => tenant))
  if (tenants.size === 0) throw new MillraceError('COMMAND_INVALID', '--measure: no build of the store is ready yet')
  const tables: Record<string, GivenTable> = {}
  let skew: number | undefined
  for (const report of reports.filter(keepsAllRows)) {
    const { table } = report.from[definition]
    if (Object.hasOwn(tables, table)) continue
    const builds = ready.filter((build) => build.report === report.name)
    if (builds.length === 0) continue
    const step = Math.max(1, Math.ceil(builds.length / mostTenants))
    const rows: number[] = []
    for (const [at, build] of builds.entries()) {
      if (at % step !== 0) continue
      show(`${report.name}, tenant ${build.tenant}`)
      rows.push(await rowsOfBuild(store, build))
    }
    const mean = rows.reduce((sum, each) => sum + each, 0) / rows.length
    tables[table] = { rows: Math.round(mean * builds.length) }
    skew ??= measuredSkew(rows, step)
  }
  return { tenants: tenants.size, tables, ...(skew === undefined ? {} : { skew }) }
}

async function rowsOfBuild(store: ReportStore, { tenant, report, number, definition }: Build): Promise<number> {
  const { plan } = readBuildDefinition(definition)
  const read = await store.read(stream, { tenant, report, number }, [rangeUnder('0c')])
  return rowsOfCounters(plan, read?.counters[0] ?? [])
}

const metricsSeconds = 10

/** The mean since the worker was started. */
async function changesPerSecond(url: string): Promise<number> {
  const refuse = (said: string, cause?: unknown) =>
    new MillraceError('COMMAND_INVALID', `--metrics: ${said}`, { cause })
  let text: string
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(metricsSeconds * 1000) })
    if (!response.ok) throw new Error(`it answers ${response.status}`)
    text = await response.text()
  } catch (cause) {
    throw refuse('the address cannot be read', cause)
  }
  const figure = (name: string): number => Number(new RegExp(`^${name} ([0-9.e+]+)$`, 'm').exec(text)?.[1])
  const changes = figure('millrace_fold_changes_total')
  const seconds = Date.now() / 1000 - figure('process_start_time_seconds')
  if (!Number.isFinite(changes) || !(seconds > 0)) throw refuse('these are not the metrics of millrace fold')
  return changes / seconds
}

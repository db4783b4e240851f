import { lsnOf } from '../replication/position.ts'
import type { Slot } from '../replication/slot.ts'
import { fillingOf } from '../store/keys.ts'
import type { Build, BuildState, Progress, Request } from '../store/report-store.ts'
import { bytesText } from './bytes-text.ts'
import { type FoldStatus, lagOf } from './fold-status.ts'
import { durationText } from './freshness-text.ts'
import { type Output, printable } from './output.ts'
import { outcomeText } from './request-outcome.ts'
import { table } from './table.ts'

export const instantOf = (microseconds: bigint): string => new Date(Number(microseconds / 1000n)).toISOString()

/** How far the fold has come, what keeps it, and what the store holds, as a person reads it. */
export function statusText(status: FoldStatus, now: number, output: Output): string {
  const { progress, builds, requests } = status
  const sections = [
    factLines(status, output),
    buildTable(builds),
    ...stateLists(status, now, output),
    requestLines(requests, now, output),
  ]
  const asked = progress.committedAt === 0n && builds.length === 0 ? ['Nothing was folded yet: millrace fold.\n'] : []
  return [...sections, ...asked].filter((section) => section !== '').join('\n')
}

function factLines({ progress, source, sourceFault, slotName }: FoldStatus, { paint }: Output): string {
  const fact = (name: string, value: string) => `${paint('bold', name.padEnd(9))} ${value}\n`
  const lag = source && lagOf(progress, source)
  const unasked = sourceFault ?? 'the primary is not asked without the setting `replication`'
  const unknown = source === undefined ? `not known: ${unasked}` : 'not known yet'
  return [
    fact('position', lsnOf(progress.position)),
    ...(progress.committedAt === 0n ? [] : [fact('current', `to ${instantOf(progress.committedAt)}`)]),
    fact('lag', lag === undefined ? unknown : `${durationText(lag.seconds)}, ${bytesText(lag.bytes)}`),
    fact('epoch', String(progress.epoch)),
    ...(slotName === undefined ? [] : [fact('slot', slotText(slotName, source?.slot, source !== undefined))]),
    ...(source?.others ?? []).map((slot) => fact('other slot', slotText(slot.name, slot, true))),
  ].join('')
}

/** `millrace_ab12: reserved, keeps 1.5 MB, 48 GB left, read by process 7`. */
export function slotText(name: string, slot: Slot | undefined, isAsked: boolean): string {
  if (slot === undefined) return isAsked ? `${name}: is not there` : name
  const { walStatus, retainedBytes, safeBytes, activePid, invalidation } = slot
  const left = safeBytes === undefined ? 'no limit but the disk' : `${bytesText(safeBytes)} left`
  const reader = activePid === undefined ? 'nobody reads it' : `read by process ${activePid}`
  const lost = invalidation === undefined ? '' : `, invalidated (${invalidation})`
  return `${name}: ${walStatus}, keeps ${bytesText(retainedBytes)}, ${left}, ${reader}${lost}`
}

const states: readonly BuildState[] = ['ready', 'filling', 'replaced', 'stopped']

export function countsOf(builds: readonly Build[]): Record<BuildState, number> {
  const counts = { ready: 0, filling: 0, replaced: 0, stopped: 0 }
  for (const { state } of builds) counts[state]++
  return counts
}

/** The builds of each report, counted. */
function buildTable(builds: readonly Build[]): string {
  if (builds.length === 0) return ''
  const reports = [...new Set(builds.map(({ report }) => report))].sort()
  const rows = reports.map((report) => {
    const counts = countsOf(builds.filter((build) => build.report === report))
    return [printable(report), ...states.map((state) => String(counts[state]))]
  })
  const columns = [
    { header: 'report', align: 'left' as const },
    ...states.map((header) => ({ header, align: 'right' as const })),
  ]
  return table(columns, rows)
}

/** How far a build has come, as the worker told it; null: that is not known. */
export const shareOf = ({ filling }: Progress, number: number): number | null => {
  const told = fillingOf(filling, number).filling
  return told === undefined || told.isOver ? null : told.share
}

const mostListed = 20

/** Those that somebody waits for, or must look at, one by one. */
function stateLists({ builds, progress }: FoldStatus, now: number, { paint }: Output): string[] {
  return (['filling', 'stopped'] as const).map((state) => {
    const some = builds.filter((build) => build.state === state)
    if (some.length === 0) return ''
    const lines = some.slice(0, mostListed).map(({ report, tenant, number, since, detail }) => {
      const share = state === 'filling' ? shareOf(progress, number) : null
      const why = detail ?? (share === null ? undefined : `${Math.floor(share * 100)} % done`)
      const said = `${report}, tenant ${tenant}, build ${number}, for ${ago(since, now)}`
      return `  ${printable(why === undefined ? said : `${said}: ${why}`)}\n`
    })
    const more = some.length > mostListed ? [`  and ${some.length - mostListed} more\n`] : []
    return [paint('bold', `${state}\n`), ...lines, ...more].join('')
  })
}

function requestLines(requests: readonly Request[], now: number, { paint }: Output): string {
  if (requests.length === 0) return ''
  const lines = requests.map((request) => {
    const { kind, report, tenant, state, askedAt } = request
    const of = [report, tenant && `tenant ${tenant}`].filter(Boolean).join(', ') || 'everything'
    return `  ${printable(`${kind} of ${of}, asked ${ago(askedAt, now)} ago: ${state}${outcomeText(request)}`)}\n`
  })
  return [paint('bold', 'requests\n'), ...lines].join('')
}

const ago = (since: number, now: number): string => durationText(Math.max(0, now - since) / 1000)

import type { FoldEvent } from '../fold/fold-event.ts'
import { lsnOf } from '../replication/position.ts'
import type { BuildId } from '../store/report-store.ts'
import { count } from './finding-blocks.ts'
import { type Output, printable } from './output.ts'
import { outcomeText } from './request-outcome.ts'

/** One line of what a fold tells; undefined for what comes too often to be a line. */
export function foldLine(event: FoldEvent, { paint }: Output): string | undefined {
  const line = (mark: Parameters<Output['paint']>[0], word: string, said: string) =>
    `${paint(mark, word.padEnd(9))} ${printable(said)}`
  switch (event.type) {
    case 'batch':
    case 'build-progress':
      return undefined
    case 'waiting':
      return line('yellow', 'waiting', event.detail)
    case 'started':
      return line(
        'green',
        'folding',
        `from ${lsnOf(event.position)} on, ${count(event.builds, 'build')}, slot ${event.slot}`,
      )
    case 'restarted':
      return line('yellow', 'anew', `${event.reason}; from ${lsnOf(event.position)} on, slot ${event.slot}`)
    case 'build-opened':
      return line('cyan', 'building', `${buildsText(event.builds)}: ${event.why}`)
    case 'build-ready':
      return line('green', 'ready', buildText(event.build))
    case 'build-stopped': {
      const again = event.again ? '; it is built anew' : '; it stays until that is mended'
      return line('red', 'stopped', `${buildText(event.build)}: ${event.detail}${again}`)
    }
    case 'build-dropped':
      return line('dim', 'dropped', `${buildText(event.build)}: ${event.why}`)
    case 'request': {
      const { kind, report, tenant, state } = event.request
      const of = [report, tenant && `tenant ${tenant}`].filter(Boolean).join(', ') || 'everything'
      return line('cyan', 'request', `${kind} of ${of}: ${state}${outcomeText(event.request)}`)
    }
    case 'trouble':
      return line('yellow', 'trouble', `${event.about}: ${event.detail}; it is tried again`)
  }
}

const buildText = ({ report, tenant, number }: BuildId): string => `${report}, tenant ${tenant}, build ${number}`

const mostNamed = 3

function buildsText(builds: readonly BuildId[]): string {
  const named = builds.slice(0, mostNamed).map(buildText)
  return builds.length <= mostNamed ? named.join('; ') : `${named.join('; ')} and ${builds.length - mostNamed} more`
}

/** One JSON document in a line; whole numbers that JSON has no exact form for are text. */
export const foldLineJson = (event: object, time: Date): string =>
  `${JSON.stringify({ time: time.toISOString(), ...event }, (_, value) => (typeof value === 'bigint' ? String(value) : value))}\n`

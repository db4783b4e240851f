import { Readable } from 'node:stream'
import type { Viewer } from '../access/viewer.ts'
import { type Position, parsePosition } from '../report/position.ts'
import type { Listening } from './report-events.ts'
import type { AnyReports } from './reports.ts'
import type { ReportEvent } from './wire.ts'

export const eventStreamMediaType = 'text/event-stream'

/** Milliseconds between two signs of life; each is also when the viewer is looked at anew. */
const pingEvery = 15_000
/** Characters that may wait for a client which does not read; past it the connection is ended. */
const mostWaiting = 256 * 1024

export interface EventStreamOptions {
  readonly reports: AnyReports
  readonly viewer: Viewer
  /** Who is asking now, by the same request: rejects when the sign-in has ended. */
  readonly viewerAgain: () => Promise<Viewer>
  readonly lastEventId: string | undefined
  readonly pingMilliseconds?: number | undefined
}

/**
 * The events of one viewer as server-sent events (HTML standard, section 9.2). Undefined where there are none to come. It ends when the
 * viewer's sign-in does. Throws as `Reports.listen` does.
 */
export async function openEventStream(options: EventStreamOptions): Promise<Readable | undefined> {
  const { reports, viewerAgain, lastEventId, pingMilliseconds = pingEvery } = options
  let { viewer } = options
  let timer: NodeJS.Timeout | undefined
  let listening: Listening | undefined
  const stream = new Readable({
    highWaterMark: mostWaiting,
    read() {},
    destroy(error, done) {
      clearInterval(timer)
      listening?.close()
      done(error)
    },
  })
  const write = (text: string) => {
    if (!stream.destroyed && !stream.push(text)) stream.destroy()
  }
  const tell = (events: readonly ReportEvent[]) => {
    try {
      write(textOf(events))
    } catch {
      stream.destroy()
    }
  }
  const since = lastEventId === undefined ? undefined : parsePosition(lastEventId)
  listening = await reports.listen(() => viewer, since, tell)
  if (listening === undefined) return undefined
  timer = setInterval(() => void ping(), pingMilliseconds)
  timer.unref()

  async function ping(): Promise<void> {
    try {
      const again = await viewerAgain()
      if (again.tenant !== viewer.tenant) throw new Error('another tenant')
      viewer = again
      // Throws where the tenant has left the allowlist.
      reports.readable(viewer)
      const now = (listening as Listening).now()
      write(`:\n\n${textOf([now])}`)
    } catch {
      stream.push(null)
    }
  }
  return stream
}

/** Only the last of several of one position says it as its id, so that a connection that breaks between them loses none. */
function textOf(events: readonly ReportEvent[]): string {
  return events
    .map(({ event, ...data }, at) => {
      const id = at === events.length - 1 ? `id: ${data.position satisfies Position}\n` : ''
      return `event: ${event}\n${id}data: ${JSON.stringify(data)}\n\n`
    })
    .join('')
}

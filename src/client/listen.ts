import type { ReportEvent } from '../http/wire.ts'
import type { Access } from './access.ts'
import { EventParser, type ServerEvent } from './event-parser.ts'
import { bodyOf, refusal, secondsOf } from './exchange.ts'
import { paused } from './paused.ts'
import { ReportError } from './report-error.ts'

export interface ListenOptions {
  readonly signal: AbortSignal
  /** The id of the last event that was seen: what changed since then is told first. */
  readonly lastEventId?: string | undefined
  /** Told when a connection has ended, and a `hello` is to be awaited before anything that is told holds again. */
  readonly interrupted?: () => void
  /** Milliseconds before the first attempt after one that failed; each later waits twice as long, up to 30 times that. 1,000. */
  readonly restMilliseconds?: number | undefined
  /** Milliseconds after which a connection on which nothing comes is taken for dead; the server says something each 15 s. 45,000. */
  readonly silentMilliseconds?: number | undefined
}

/** An event of the server, and the id to come again with. */
export type Heard = ReportEvent & { readonly id?: string }

/**
 * The events of a viewer, from as many connections as it takes, each with the last event that was seen. It ends where the server says
 * that there are none to come, and when `signal` is aborted. Throws a ReportError where the viewer is refused.
 */
export async function* listen(access: Access, options: ListenOptions): AsyncGenerator<Heard, void, undefined> {
  const { signal, interrupted = () => {}, restMilliseconds = 1_000, silentMilliseconds = 45_000 } = options
  let { lastEventId } = options
  for (let rest = restMilliseconds; !signal.aborted; rest = Math.min(rest * 2, restMilliseconds * 30)) {
    let after = 0
    // Ended by the watch when nothing comes, and with the whole when nobody listens any more.
    const connection = new AbortController()
    const end = () => connection.abort()
    signal.addEventListener('abort', end)
    try {
      const response = await access.send('/reports/events', {
        signal: connection.signal,
        headers: {
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
      })
      if (response.status === 204) return
      after = (secondsOf(response.headers) ?? 0) * 1000
      if (!isStream(response)) throw refusal(response, await bodyOf(response, connection.signal))
      for await (const { event, id, data } of eventsIn(response, connection, silentMilliseconds)) {
        if (event === 'hello') rest = restMilliseconds
        lastEventId = id ?? lastEventId
        if (isKnown(event)) yield { event, ...(id === undefined ? {} : { id }), ...JSON.parse(data) }
      }
    } catch (error) {
      if (error instanceof ReportError && isFinal(error)) throw error
      // The network, or the server is restarted: it is tried again.
    } finally {
      signal.removeEventListener('abort', end)
      connection.abort()
    }
    if (signal.aborted) return
    interrupted()
    // All pages of a server that was restarted must not come at once.
    await paused(Math.max(after, rest * (0.5 + Math.random())), signal)
  }
}

async function* eventsIn(
  { body }: Response,
  connection: AbortController,
  silentMilliseconds: number,
): AsyncGenerator<ServerEvent, void, undefined> {
  const [reader, decoder, parser] = [
    (body as ReadableStream<Uint8Array>).getReader(),
    new TextDecoder(),
    new EventParser(),
  ]
  for (;;) {
    const watch = setTimeout(() => connection.abort(), silentMilliseconds)
    const { done, value } = await reader.read().finally(() => clearTimeout(watch))
    if (done || connection.signal.aborted) return
    yield* parser.take(decoder.decode(value, { stream: true }))
  }
}

const isKnown = (event: string): event is ReportEvent['event'] => /^(hello|changed|building|ready|at)$/.test(event)

const isStream = (response: Response): boolean =>
  response.ok &&
  response.body !== null &&
  response.headers.get('content-type')?.startsWith('text/event-stream') === true

const isFinal = ({ status = 401, retryAfter, code }: ReportError): boolean =>
  code !== 'UNREACHABLE' && status < 500 && status !== 429 && retryAfter === undefined

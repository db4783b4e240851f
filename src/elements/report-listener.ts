import type { ReportEvent } from '../http/wire.ts'
import { EventParser } from './event-parser.ts'
import { type Access, ReadFailure, requestEvents } from './request-answers.ts'

export interface ListenerOptions {
  readonly tell: (event: ReportEvent) => void
  /** Told when events begin to come, and when they end: what is told of holds only in between. */
  readonly listening: (isListening: boolean) => void
  /** Milliseconds before the first attempt after one that failed; each later waits twice as long, up to 30 times that. 1,000. */
  readonly restMilliseconds?: number
}

/**
 * Listens to the events of a viewer for as long as it is told to, and comes again where a connection ends, with the last event that it
 * has seen. Where the server says that there are none to come, it does not.
 */
export class ReportListener {
  readonly #options: Required<ListenerOptions>
  #life = new AbortController()
  #access: Access | undefined
  #lastEventId: string | undefined

  constructor(options: ListenerOptions) {
    this.#options = { restMilliseconds: 1_000, ...options }
  }

  /** The same access goes on from the last event; another one begins anew. */
  start(access: Access): void {
    this.stop()
    if (access !== this.#access) this.#lastEventId = undefined
    this.#access = access
    this.#life = new AbortController()
    void this.#listen(access, this.#life.signal)
  }

  stop(): void {
    this.#life.abort()
  }

  async #listen(access: Access, signal: AbortSignal): Promise<void> {
    const { restMilliseconds, listening } = this.#options
    for (let rest = restMilliseconds; !signal.aborted; ) {
      let after: number | undefined
      try {
        const response = await requestEvents(access, this.#lastEventId, signal)
        if (response.status === 204 || response.status === 401 || response.status === 404) return
        after = Number(response.headers.get('retry-after') ?? 0) * 1000
        if (response.ok && response.body !== null) {
          await this.#read(response.body, signal, () => {
            rest = restMilliseconds
          })
        }
      } catch (error) {
        if (error instanceof ReadFailure) return
        // The network, or the page moved on.
      }
      if (signal.aborted) return
      listening(false)
      // All pages of a server that was restarted must not come at once.
      await paused(Math.max(after ?? 0, rest * (0.5 + Math.random())), signal)
      rest = Math.min(rest * 2, restMilliseconds * 30)
    }
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal, lives: () => void): Promise<void> {
    const { tell, listening } = this.#options
    const [reader, decoder, parser] = [body.getReader(), new TextDecoder(), new EventParser()]
    for (;;) {
      const { done, value } = await reader.read()
      if (done || signal.aborted) return
      for (const { event, id, data } of parser.take(decoder.decode(value, { stream: true }))) {
        if (event === 'hello') {
          lives()
          listening(true)
        }
        if (event === 'hello' || event === 'changed' || event === 'at') tell({ event, ...JSON.parse(data) })
        this.#lastEventId = id ?? this.#lastEventId
      }
    }
  }
}

function paused(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end, { once: true })
  })
}

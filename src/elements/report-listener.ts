import type { Access } from '../client/access.ts'
import { listen } from '../client/listen.ts'
import type { ReportEvent } from '../http/wire.ts'

export interface ListenerOptions {
  readonly tell: (event: ReportEvent) => void
  /** Told when events begin to come, and when they end: what is told of holds only in between. */
  readonly listening: (isListening: boolean) => void
}

/** Listens to the events of a viewer from when it is started until it is stopped, unless there are none or the viewer is refused. */
export class ReportListener {
  readonly #options: ListenerOptions
  #life = new AbortController()
  #access: Access | undefined
  #lastEventId: string | undefined

  constructor(options: ListenerOptions) {
    this.#options = options
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
    const { tell, listening } = this.#options
    const lastEventId = this.#lastEventId
    try {
      for await (const heard of listen(access, { signal, lastEventId, interrupted: () => listening(false) })) {
        if (signal.aborted) return
        if (heard.event === 'hello') listening(true)
        tell(heard)
        this.#lastEventId = heard.id ?? this.#lastEventId
      }
    } catch {
      // The viewer is refused: each reading says so for itself.
    }
    if (!signal.aborted) listening(false)
  }
}

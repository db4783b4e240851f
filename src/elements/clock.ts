import type { ReactiveController, ReactiveControllerHost } from 'lit'

const clocks = new Set<Clock>()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  if (document.visibilityState === 'visible') for (const clock of clocks) clock.look()
}

/**
 * Renders an element anew when what it says of time has changed, while it stands in a page that is seen. It looks each
 * second; a table of a thousand rows is not rendered for nothing.
 */
export class Clock implements ReactiveController {
  readonly #host: ReactiveControllerHost
  readonly #words: () => string | undefined
  #said: string | undefined

  constructor(host: ReactiveControllerHost, words: () => string | undefined) {
    this.#host = host
    this.#words = words
    host.addController(this)
  }

  look(): void {
    if (this.#words() !== this.#said) this.#host.requestUpdate()
  }

  hostConnected(): void {
    clocks.add(this)
    timer ??= setInterval(tick, 1000)
  }

  hostUpdated(): void {
    this.#said = this.#words()
  }

  hostDisconnected(): void {
    clocks.delete(this)
    if (clocks.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

import type { ReactiveController, ReactiveControllerHost } from 'lit'

const hosts = new Set<ReactiveControllerHost>()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  if (document.visibilityState === 'visible') for (const host of hosts) host.requestUpdate()
}

/** Renders an element anew every second while it stands in a page that is seen, since it says how old its figures are. */
export class Clock implements ReactiveController {
  readonly #host: ReactiveControllerHost

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    hosts.add(this.#host)
    timer ??= setInterval(tick, 1000)
  }

  hostDisconnected(): void {
    hosts.delete(this.#host)
    if (hosts.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

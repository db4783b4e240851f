import type { ReactiveController, ReactiveControllerHost } from 'lit'

const waiting = new Map<Element, () => void>()
const near = new WeakSet<Element>()
let observer: IntersectionObserver | undefined

/** One for the page, so that elements which come into sight together are told in one turn, and read in one request. */
function observing(): IntersectionObserver {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) waiting.get(target)?.()
    },
    // So that who scrolls finds figures.
    { rootMargin: '50% 25%' },
  )
  return observer
}

/** Knows when an element has come near to what is seen of the page. From then on it is near: who scrolls back finds figures too. */
export class Nearness implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element
  isNear = false

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    const root = this.#host.getRootNode()
    // What stands inside another element is as near as that one.
    if (root instanceof ShadowRoot && near.has(root.host)) this.#come()
    if (this.isNear) return
    waiting.set(this.#host, () => {
      this.#come()
      this.hostDisconnected()
      this.#host.requestUpdate()
    })
    observing().observe(this.#host)
  }

  #come(): void {
    this.isNear = true
    near.add(this.#host)
  }

  hostDisconnected(): void {
    waiting.delete(this.#host)
    observer?.unobserve(this.#host)
  }
}

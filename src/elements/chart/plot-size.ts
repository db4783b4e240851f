import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Size } from './frame.ts'

/** How much room an element's plot has; it renders anew when that changes. */
export class PlotSize implements ReactiveController {
  /** Undefined until it is known. */
  size: Size | undefined
  readonly #host: ReactiveControllerHost & { readonly renderRoot: ParentNode }
  #observed: Element | undefined
  readonly #observer = new ResizeObserver(() => this.#measure())

  constructor(host: ReactiveControllerHost & { readonly renderRoot: ParentNode }) {
    this.#host = host
    host.addController(this)
  }

  hostUpdated(): void {
    const plot = this.#host.renderRoot.querySelector('.plot') ?? undefined
    if (plot === this.#observed) return
    this.#observer.disconnect()
    this.#observed = plot
    if (plot === undefined) return
    this.#observer.observe(plot)
    // Before the first frame, so that there is none without the marks.
    this.#measure()
  }

  hostDisconnected(): void {
    this.#observer.disconnect()
    this.#observed = undefined
  }

  #measure(): void {
    if (this.#observed === undefined) return
    const { clientWidth: width, clientHeight: height } = this.#observed
    if (width === this.size?.width && height === this.size.height) return
    this.size = { width, height }
    this.#host.requestUpdate()
  }
}

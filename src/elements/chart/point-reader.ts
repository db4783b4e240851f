import type { ReactiveController, ReactiveControllerHost } from 'lit'

export interface PointReaderOptions {
  /** How many points there are. */
  readonly count: () => number
  /** The point next to a place in the drawing, in pixels from its upper left corner. */
  readonly nearest: (x: number, y: number) => number | undefined
  /** Whether points lie from right to left, or from top to bottom. */
  readonly direction: () => 'right' | 'left' | 'down'
}

/** Which point of a chart is being read: by arrow keys, a pointer or a finger. Escape leaves it. */
export class PointReader implements ReactiveController {
  /** Undefined: none. */
  active: number | undefined
  /** Whether it was come to by keys, so that it is said aloud. */
  isByKey = false
  readonly #host: ReactiveControllerHost
  readonly #options: PointReaderOptions

  constructor(host: ReactiveControllerHost, options: PointReaderOptions) {
    this.#host = host
    this.#options = options
    host.addController(this)
  }

  /** New figures may have fewer points. */
  hostUpdate(): void {
    if (this.active !== undefined && this.active >= this.#options.count()) this.active = undefined
  }

  hostDisconnected(): void {
    this.active = undefined
  }

  readonly key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const last = this.#options.count() - 1
    const direction = this.#options.direction()
    const [forward, back] =
      direction === 'left'
        ? ['ArrowLeft', 'ArrowRight']
        : direction === 'down'
          ? ['ArrowDown', 'ArrowUp']
          : ['ArrowRight', 'ArrowLeft']
    const { active } = this
    let next: number | undefined
    if (event.key === forward) next = active === undefined ? 0 : Math.min(last, active + 1)
    else if (event.key === back) next = active === undefined ? last : Math.max(0, active - 1)
    else if (event.key === 'Home') next = 0
    else if (event.key === 'End') next = last
    else if (event.key !== 'Escape' || active === undefined) return
    // A dialog around it is not closed by the same key.
    event.preventDefault()
    event.stopPropagation()
    this.#read(last < 0 ? undefined : next, true)
  }

  readonly point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect()
    this.#read(this.#options.nearest(event.clientX - box.left, event.clientY - box.top), false)
  }

  /** A finger that is lifted leaves the point open; a mouse that goes elsewhere does not. */
  readonly leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') this.#read(undefined, false)
  }

  readonly blur = (): void => this.#read(undefined, false)

  #read(point: number | undefined, isByKey: boolean): void {
    if (point === this.active && isByKey === this.isByKey) return
    this.active = point
    this.isByKey = isByKey
    this.#host.requestUpdate()
  }
}

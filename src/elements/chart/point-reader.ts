import type { ReactiveController, ReactiveControllerHost } from 'lit'

export interface PointReaderOptions {
  /** How many points there are. */
  readonly count: () => number
  /** The point next to a place in the drawing, in pixels from its upper left corner. */
  readonly nearest: (x: number, y: number) => number | undefined
  /** Whether points lie from right to left, or from top to bottom. */
  readonly direction: () => 'right' | 'left' | 'down'
  /** How many series a point has a value of, where they can be read one by one. */
  readonly series?: () => number
}

const across: ReadonlyMap<string, number> = new Map([
  ['ArrowUp', -1],
  ['ArrowDown', 1],
])

/**
 * Which point of a chart is being read: by arrow keys, a pointer or a finger. Escape leaves it. Across the points, arrow keys go through
 * the series: first all of them are read, then each by itself.
 */
export class PointReader implements ReactiveController {
  /** Undefined: none. */
  active: number | undefined
  /** The series that is read by itself; undefined: all of them. */
  series: number | undefined
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
    const { count, series } = this.#options
    if (this.active !== undefined && this.active >= count()) this.active = undefined
    if (this.active === undefined || (this.series ?? 0) >= (series?.() ?? 1)) this.series = undefined
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
    else if (this.#isAcross(event.key)) next = active
    else if (event.key !== 'Escape' || active === undefined) return
    // A dialog around it is not closed by the same key.
    event.preventDefault()
    event.stopPropagation()
    this.#read(last < 0 ? undefined : next, true, this.#isAcross(event.key) ? this.#beside(event.key) : this.series)
  }

  /** Until a point is read, the keys move the page. */
  #isAcross(key: string): boolean {
    const { direction, series = () => 1 } = this.#options
    return across.has(key) && direction() !== 'down' && this.active !== undefined && series() > 1
  }

  #beside(key: string): number | undefined {
    const last = (this.#options.series?.() ?? 1) - 1
    const next = Math.min(last, (this.series ?? -1) + (across.get(key) ?? 0))
    return next < 0 ? undefined : next
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

  #read(point: number | undefined, isByKey: boolean, series?: number): void {
    const own = point === undefined ? undefined : series
    if (point === this.active && isByKey === this.isByKey && own === this.series) return
    this.active = point
    this.series = own
    this.isByKey = isByKey
    this.#host.requestUpdate()
  }
}

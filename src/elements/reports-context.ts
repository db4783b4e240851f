import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Language } from './messages.ts'
import type { ReportReader } from './report-reader.ts'

/** What `<millrace-reports>` gives to the elements inside it, in whatever shadow tree they stand. */
export interface ReportsContext {
  readonly reader: ReportReader
  readonly language: Language
}

const asked = 'millrace-context'

/** Gives its value to every element inside the host that asks, and a later value to all of them. */
export class ReportsProvider {
  #value: ReportsContext
  readonly #consumers = new Set<ReportsConsumer>()

  constructor(host: HTMLElement, value: ReportsContext) {
    this.#value = value
    host.addEventListener(asked, (event) => {
      const consumer = (event as CustomEvent<ReportsConsumer>).detail
      event.stopPropagation()
      this.#consumers.add(consumer)
      consumer.take(this.#value, () => this.#consumers.delete(consumer))
    })
  }

  set value(value: ReportsContext) {
    this.#value = value
    for (const consumer of this.#consumers) consumer.take(value)
  }
}

/** Has what the nearest provider around its host gives; undefined where there is none. */
export class ReportsConsumer implements ReactiveController {
  value: ReportsContext | undefined
  readonly #host: ReactiveControllerHost & HTMLElement
  #leave = (): unknown => undefined

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host
    host.addController(this)
  }

  take(value: ReportsContext, leave = this.#leave): void {
    this.value = value
    this.#leave = leave
    this.#host.requestUpdate()
  }

  hostConnected(): void {
    this.#host.dispatchEvent(new CustomEvent(asked, { bubbles: true, composed: true, detail: this }))
  }

  /** Where it is connected next, there may be another provider, or none. */
  hostDisconnected(): void {
    this.#leave()
    this.value = undefined
  }
}

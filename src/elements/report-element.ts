import { ContextConsumer } from '@lit/context'
import {
  type CSSResult,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { Clock } from './clock.ts'
import { type FreshnessWords, freshnessWords } from './freshness.ts'
import { type Language, languageOf, type Messages } from './messages.ts'
import type { Reading, ReportReader, Watch } from './report-reader.ts'
import { reportsContext } from './reports-context.ts'
import type { Failure } from './request-answers.ts'
import { card } from './styles/card.ts'
import { tokens } from './styles/tokens.ts'

export type ElementState = 'loading' | 'ready' | 'empty' | 'failed' | 'absent'

/**
 * An element that shows one report: it reads it from the `<millrace-reports>` around it, and stands for it while there are
 * no figures. For a viewer who may not read the report it is not there at all.
 *
 * @slot actions - the page's own controls, beside the heading.
 * @csspart card, heading, freshness
 */
export abstract class ReportElement extends LitElement {
  static override properties: PropertyDeclarations = {
    report: {},
    params: { type: Object },
    label: {},
    level: { type: Number },
    state: { reflect: true },
  }
  static override styles: CSSResult[] = [tokens, card]

  declare report: string
  /** What the reader gives to the report: parameters and filters by name. */
  declare params: Readonly<Record<string, unknown>> | undefined
  /** The heading; what the report says unless given. */
  declare label: string | undefined
  /** The heading's level in the page's outline, 1 to 6. 3. */
  declare level: number
  /** How far it has come, for the page's own style. */
  declare state: ElementState

  readonly #context = new ContextConsumer(this, { context: reportsContext, subscribe: true })
  #watch: Watch | undefined
  #watched: { readonly reader: ReportReader; readonly wanted: string } | undefined

  constructor() {
    super()
    this.level = 3
    this.state = 'loading'
    new Clock(this, () => this.#freshness()?.text)
  }

  /** The figures. */
  protected abstract renderAnswer(answer: ReportAnswer): TemplateResult
  /** What stands beside the freshness, below the figures. */
  protected renderActions(_answer: ReportAnswer): TemplateResult | typeof nothing {
    return nothing
  }
  /** Something of the height that the figures will have. */
  protected abstract renderSkeleton(): TemplateResult
  /** The heading that the answer itself gives; undefined: the report's title. */
  protected labelOf(_answer: ReportAnswer): string | undefined {
    return undefined
  }
  /** Whether the report's title is the heading where nothing else is. */
  protected readonly isWholeReport: boolean = true

  protected get language(): Language {
    return this.#context.value?.language ?? languageOf(undefined)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    this.#follow()
    this.state = this.#stateNow()
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.state === 'absent') return nothing
    const heading = this.#heading()
    return html`<section part="card" aria-labelledby="heading" aria-busy=${this.state === 'loading'}>
      <header>
        <div id="heading" part="heading" class="heading" role="heading" aria-level=${this.level}>
          ${heading ?? html`<span class="bone name"></span>`}
        </div>
        <slot name="actions"></slot>
      </header>
      ${this.#renderBody()}
      <div class="unseen" role="status">${this.#announcement(heading ?? this.#title() ?? '')}</div>
    </section>`
  }

  #renderBody(): TemplateResult {
    const { messages } = this.language
    const reading = this.#reading
    if (reading.state === 'ready') {
      const { answer } = reading
      const freshness = this.#freshness()
      return html`${answer.rows.length === 0 ? html`<p class="message">${messages.empty}</p>` : this.renderAnswer(answer)}
        <footer>${freshness === undefined ? nothing : renderFreshness(freshness, answer.asOf)} ${answer.rows.length === 0 ? nothing : this.renderActions(answer)}</footer>`
    }
    if (reading.state === 'failed')
      return html`<div class="instead">
        <div class="hidden" aria-hidden="true">${this.renderSkeleton()}<footer></footer></div>
        <div class="message error">
          <span>${wordsOf(reading.failure, messages)}</span>
          <button @click=${() => this.#watch?.retry()}>${messages.retry}</button>
        </div>
      </div>`
    return html`<div class="skeleton" aria-hidden="true">${this.renderSkeleton()}</div>
      <footer aria-hidden="true"><span class="bone when"></span></footer>`
  }

  #freshness(): FreshnessWords | undefined {
    const reading = this.#reading
    if (reading.state !== 'ready') return undefined
    const { answer, receivedAt, failure } = reading
    const secondsAgo = this.#context.value?.reader.secondsSince(receivedAt) ?? 0
    return freshnessWords({ answer, secondsAgo, failed: failure !== undefined }, this.language)
  }

  get #reading(): Reading {
    return this.#watch?.reading() ?? { state: 'loading' }
  }

  #stateNow(): ElementState {
    const reading = this.#reading
    if (reading.state === 'ready') return reading.answer.rows.length === 0 ? 'empty' : 'ready'
    const list = this.#context.value?.reader.list
    return list === undefined || list.some(({ name }) => name === this.report) ? reading.state : 'absent'
  }

  #heading(): string | undefined {
    const reading = this.#reading
    return (
      this.label ??
      (reading.state === 'ready' ? this.labelOf(reading.answer) : undefined) ??
      (this.isWholeReport ? this.#title() : undefined)
    )
  }

  #title(): string | undefined {
    return this.#context.value?.reader.list?.find(({ name }) => name === this.report)?.title
  }

  /** Said aloud where something is awaited or amiss; new figures every few seconds are not. */
  #announcement(heading: string): string {
    const { messages } = this.language
    const reading = this.#reading
    if (reading.state === 'loading') return heading === '' ? '' : messages.loading(heading)
    if (reading.state === 'failed') return `${heading}: ${wordsOf(reading.failure, messages)}`
    return reading.state === 'ready' && reading.failure !== undefined ? `${heading}: ${messages.keptFigures}` : ''
  }

  /** Reads what the properties name now, if that is something else than before. */
  #follow(): void {
    const reader = this.#context.value?.reader
    const { report, params } = this
    const wanted = JSON.stringify([report, params])
    if (this.#watch !== undefined && this.#watched?.reader === reader && this.#watched?.wanted === wanted) return
    this.#stop()
    if (reader === undefined || report === undefined || !this.isConnected) return
    // An attribute that is no JSON is null.
    const request = params === undefined || params === null ? { report } : { report, params }
    this.#watch = reader.watch(request, () => this.requestUpdate())
    this.#watched = { reader, wanted }
  }

  #stop(): void {
    this.#watch?.stop()
    this.#watch = undefined
  }
}

const renderFreshness = ({ tone, text, full }: FreshnessWords, asOf: string | null): TemplateResult =>
  html`<time part="freshness" class="freshness ${tone}" datetime=${asOf ?? nothing} title=${full}>${text}</time>`

const wordsOf = ({ code }: Failure, messages: Messages): string =>
  code === 'UNAUTHENTICATED' ? messages.signedOut : code === 'UNREACHABLE' ? messages.unreachable : messages.failed

import {
  type CSSResult,
  defaultConverter,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import type { ReadRequest, ReportAnswer } from '../http/wire.ts'
import { Clock } from './clock.ts'
import { emptyWords } from './empty-words.ts'
import { failureWords } from './failure-words.ts'
import { numberFormat } from './format-value.ts'
import { type Freshness, type FreshnessWords, freshnessWords } from './freshness.ts'
import { type Language, languageOf } from './messages.ts'
import { Nearness } from './nearness.ts'
import type { Failure, Reading } from './reading.ts'
import type { ReportReader, Watch } from './report-reader.ts'
import { ReportsConsumer } from './reports-context.ts'
import { card } from './styles/card.ts'
import { tokens } from './styles/tokens.ts'

export type ElementState = 'loading' | 'ready' | 'empty' | 'building' | 'failed' | 'absent'

/**
 * An element that shows one report: it reads it from the `<millrace-reports>` around it once it is about to be seen, and stands for it
 * while there are no figures. For a viewer who may not read the report it is not there at all.
 *
 * @slot actions - the page's own controls, beside the heading.
 * @csspart card - the frame around everything.
 * @csspart heading - what the figures are.
 * @csspart freshness - how current they are, in words.
 * @csspart message - what is said in place of figures.
 * @csspart progress - how far the report's counters have come that are being built.
 * @csspart retry - the button that reads the report anew after an error.
 */
export abstract class ReportElement extends LitElement {
  static override properties: PropertyDeclarations = {
    report: {},
    params: { type: Object },
    label: {},
    level: { type: Number },
    state: { reflect: true },
    freshness: { reflect: true },
  }
  static override styles: CSSResult[] = [tokens, card]

  /** The report's name. */
  declare report: string
  /** What the reader gives to the report: parameters and filters by name. */
  declare params: Readonly<Record<string, unknown>> | undefined
  /** The heading; what the report says unless given. */
  declare label: string | undefined
  /** The heading's level in the page's outline, 1 to 6. 3. */
  declare level: number
  /** How far it has come, for the page's own style. */
  declare state: ElementState
  /** How current the figures are, for the page's own style; undefined while there are none. */
  declare freshness: Freshness | undefined

  readonly #nearness = new Nearness(this)
  readonly #context = new ReportsConsumer(this)
  #watch: Watch | undefined
  #others: Watch[] = []
  #watched: { readonly reader: ReportReader; readonly wanted: string } | undefined

  constructor() {
    super()
    this.level = 3
    this.state = 'loading'
    new Clock(this, () => this.#freshnessNow()?.text)
  }

  /** The figures. */
  protected abstract renderAnswer(answer: ReportAnswer): TemplateResult
  /** What stands beside the freshness, below the figures. */
  protected renderActions(_answer: ReportAnswer): TemplateResult | typeof nothing {
    return nothing
  }
  /** What elements inside this one read, so that it is read in the same request. */
  protected alsoReads(): readonly ReadRequest[] {
    return []
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

  protected override willUpdate(changed: PropertyValues<this>): void {
    for (const name of changed.keys()) this.#readText(name as keyof this)
    this.#follow()
    this.state = this.#stateNow()
    this.freshness = this.#freshnessNow()?.freshness
  }

  /** A framework that finds a property sets it to the text of a template, where plain HTML sets the attribute. */
  #readText(name: keyof this): void {
    const { [name]: value } = this
    const { type, converter = defaultConverter } = (this.constructor as typeof ReportElement).getPropertyOptions(name)
    const isRead = type !== undefined || converter !== defaultConverter
    if (typeof value !== 'string' || !isRead || typeof converter === 'function') return
    this[name] = converter.fromAttribute?.(value, type) as this[keyof this]
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.state === 'absent') return nothing
    const heading = this.#heading()
    // Words of a language that is not the page's are pronounced as what they are.
    return html`<section role="group" part="card" lang=${this.language.locale} tabindex="-1" aria-labelledby="heading" aria-busy=${this.state === 'loading'}>
      <header>
        <div
          id="heading"
          part="heading"
          class="heading"
          role=${heading === undefined ? nothing : 'heading'}
          aria-level=${heading === undefined ? nothing : this.level}
        >
          ${heading ?? html`<span class="unnamed"><span class="bone name"></span></span>`}
        </div>
        <slot name="actions"></slot>
      </header>
      ${this.#renderBody()}
      <div class="unseen" role="status">${this.#announcement()}</div>
    </section>`
  }

  #renderBody(): TemplateResult {
    const reading = this.#reading
    switch (reading.state) {
      case 'ready':
        return this.#renderReady(reading.answer)
      case 'failed':
        return this.#renderInstead(this.#renderFailure(reading.failure), nothing)
      default:
        return html`<div class="skeleton" aria-hidden="true">${this.renderSkeleton()}</div>
          <footer>
            ${reading.progress === undefined ? html`<span class="bone when"></span>` : this.language.messages.loading(this.#name()) + this.#share()}${this.#renderProgress()}
          </footer>`
    }
  }

  #renderReady(answer: ReportAnswer): TemplateResult {
    const words = this.#freshnessNow()
    const freshness = words === undefined ? nothing : renderFreshness(words, answer.asOf, this.#share())
    if (answer.rows.length === 0)
      return this.#renderInstead(
        html`<p part="message" class="message">${emptyWords(answer, this.params, this.language, this.labelOf(answer))}</p>`,
        freshness,
      )
    return html`${this.renderAnswer(answer)}<footer>${freshness} ${this.renderActions(answer)}${this.#renderProgress()}</footer>`
  }

  /** In the room that figures would take. */
  #renderInstead(message: TemplateResult, freshness: TemplateResult | typeof nothing): TemplateResult {
    return html`<div class="instead"><div class="hidden" aria-hidden="true">${this.renderSkeleton()}</div>${message}</div>
      <footer>${freshness}${this.#renderProgress()}</footer>`
  }

  #renderFailure(failure: Failure): TemplateResult {
    const { messages } = this.language
    // What is offline comes back by itself.
    const button =
      failure.code === 'OFFLINE'
        ? nothing
        : html`<button part="retry" aria-describedby="heading" @click=${this.#retry}>${messages.retry}</button>`
    return html`<div part="message" class="message error"><span>${failureWords(failure, messages)}</span>${button}</div>`
  }

  /** A bar beneath everything, so that nothing moves when it comes or goes. */
  #renderProgress(): TemplateResult | typeof nothing {
    const { progress } = this.#reading
    if (progress === undefined) return nothing
    return html`<progress part="progress" aria-label=${this.#name()} value=${progress ?? nothing}></progress>`
  }

  /** ` (42%)`, to be said after words; nothing where nobody can tell. */
  #share(): string {
    const { progress } = this.#reading
    return progress == null ? '' : ` (${numberFormat(this.language.locale, { style: 'percent' }).format(progress)})`
  }

  readonly #retry = async (): Promise<void> => {
    this.#watch?.retry()
    await this.updateComplete
    // The button is gone, and with it the place in the page of who used the keyboard.
    this.renderRoot.querySelector('section')?.focus()
  }

  #freshnessNow(): FreshnessWords | undefined {
    const reading = this.#reading
    if (reading.state !== 'ready') return undefined
    const { answer, receivedAt, failure } = reading
    const secondsAgo = this.#context.value?.reader.secondsSince(receivedAt) ?? 0
    return freshnessWords({ answer, secondsAgo, failure }, this.language)
  }

  /** What was answered last; undefined while there is nothing. */
  protected get answer(): ReportAnswer | undefined {
    const reading = this.#reading
    return reading.state === 'ready' ? reading.answer : undefined
  }

  get #reading(): Reading {
    return this.#watch?.reading() ?? { state: 'loading' }
  }

  #stateNow(): ElementState {
    const reading = this.#reading
    if (reading.state === 'ready') return reading.answer.rows.length === 0 ? 'empty' : 'ready'
    const list = this.#context.value?.reader.list
    if (list !== undefined && !list.some(({ name }) => name === this.report)) return 'absent'
    return reading.progress === undefined ? reading.state : 'building'
  }

  #heading(): string | undefined {
    const reading = this.#reading
    return (
      this.label ??
      (reading.state === 'ready' ? this.labelOf(reading.answer) : undefined) ??
      (this.isWholeReport || reading.state === 'failed' ? this.#title() : undefined)
    )
  }

  /** What it is called where it is spoken of; empty while that is not known. */
  #name(): string {
    return this.#heading() ?? this.#title() ?? ''
  }

  #title(): string | undefined {
    return this.#context.value?.reader.list?.find(({ name }) => name === this.report)?.title
  }

  /** Said aloud where something is awaited or amiss; new figures every few seconds are not. */
  #announcement(): string {
    const { messages } = this.language
    const heading = this.#name()
    const reading = this.#reading
    const said = (words: string) => (heading === '' ? words : `${heading}: ${words}`)
    if (reading.state === 'loading') return heading === '' ? '' : messages.loading(heading)
    if (reading.state === 'failed') return said(failureWords(reading.failure, messages))
    return reading.state === 'ready' && reading.failure !== undefined ? said(messages.keptFigures) : ''
  }

  /** Reads what the properties name now, if that is something else than before. */
  #follow(): void {
    const reader = this.#context.value?.reader
    const { report, params } = this
    const [request, ...others] = [{ report, params }, ...this.alsoReads()].map(requestOf)
    const wanted = JSON.stringify([request, others])
    if (this.#watch !== undefined && this.#watched?.reader === reader && this.#watched?.wanted === wanted) return
    this.#stop()
    if (reader === undefined || request?.report === undefined || !this.isConnected || !this.#nearness.isNear) return
    this.#watch = reader.watch(request, () => this.requestUpdate())
    this.#others = others.map((each) => reader.watch(each, () => {}))
    this.#watched = { reader, wanted }
  }

  #stop(): void {
    this.#watch?.stop()
    this.#watch = undefined
    for (const each of this.#others.splice(0)) each.stop()
  }
}

/** An attribute that is no JSON is null. */
const requestOf = ({
  report,
  params,
}: {
  report: string
  params?: ReadRequest['params'] | null | undefined
}): ReadRequest => (params === undefined || params === null ? { report } : { report, params })

function renderFreshness(
  { freshness, text, full }: FreshnessWords,
  asOf: string | null,
  share: string,
): TemplateResult {
  const isBuilding = freshness === 'building'
  const tone = freshness === 'fresh' || isBuilding ? '' : 'behind'
  return html`<time part="freshness" class="freshness ${tone}" datetime=${asOf ?? nothing} title=${full}>${text}${isBuilding ? share : ''}</time>`
}

import { type PropertyValues, ReactiveElement } from 'lit'
import { Access, type TokenSource } from '../client/access.ts'
import { languageOf } from './messages.ts'
import { ReportListener } from './report-listener.ts'
import { ReportReader } from './report-reader.ts'
import { type ReportsContext, ReportsProvider } from './reports-context.ts'

/**
 * `<millrace-reports>`: who looks at the reports inside it, and where they are read.
 *
 * @fires millrace-list - when it is known which reports the viewer may read: `detail` is their names; undefined while it
 * is not known.
 */
export class MillraceReports extends ReactiveElement {
  static override properties = {
    endpoint: {},
    locale: {},
    poll: { type: Number },
    credentials: {},
    token: { attribute: false, hasChanged: () => true },
  }

  /** Where Millrace is mounted: `/analytics`. The page's own host unless given. */
  declare endpoint: string
  /** A BCP 47 tag; that of the page (`lang`) unless given. */
  declare locale: string | undefined
  /**
   * Seconds between two readings while the page is visible; 0 is never. 15. Where a store answers, the server tells what changed while the
   * page is visible, and only that is read, at once.
   */
  declare poll: number
  /**
   * Until it is set nothing is read. Null: the host's cookie signs the reader in. Setting it, be it to an equal one, says
   * that another person may be looking: every figure goes at once.
   */
  declare token: TokenSource | null | undefined

  /** Of `fetch`: `include` where the host's cookie is to go to another origin. */
  declare credentials: RequestCredentials | undefined

  readonly #reader: ReportReader
  readonly #listener: ReportListener
  readonly #provider: ReportsProvider
  #access: Access | undefined
  /** Whether the reader has been given the access. */
  #isOpen = false
  #timer: ReturnType<typeof setInterval> | undefined

  constructor() {
    super()
    this.endpoint = ''
    this.poll = 15
    this.#reader = new ReportReader(() => this.#announce())
    this.#listener = new ReportListener({
      tell: (event) => this.#reader.hear(event),
      listening: (isListening) => {
        this.#reader.isTold = isListening
      },
    })
    this.#provider = new ReportsProvider(this, this.#context())
  }

  /** Reads everything anew now. */
  refresh(): void {
    this.#reader.refresh()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('visibilitychange', this.#seen)
    addEventListener('online', this.#networkChanged)
    addEventListener('offline', this.#networkChanged)
    this.#schedule()
    if (this.hasUpdated) this.#open()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('visibilitychange', this.#seen)
    removeEventListener('online', this.#networkChanged)
    removeEventListener('offline', this.#networkChanged)
    clearInterval(this.#timer)
    this.#reader.access = undefined
    this.#access = undefined
    this.#isOpen = false
    this.#listen()
  }

  /** Its content stays in the page's own tree: it adds no box and no style. */
  protected override createRenderRoot(): this {
    return this
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('locale')) this.#provider.value = this.#context()
    if (changed.has('poll')) this.#schedule()
    if (['token', 'endpoint', 'locale', 'credentials'].some((name) => changed.has(name as 'token'))) this.#open()
    else if (changed.has('poll')) this.#listen()
  }

  /** What was read for the last reader goes now, whoever sees the page; for the next nothing is read until somebody does. */
  #open(): void {
    const { endpoint, token, credentials } = this
    const { locale } = this.#context().language
    this.#access = token === undefined ? undefined : new Access({ endpoint, token, languages: locale, credentials })
    this.#isOpen = isSeen()
    this.#reader.access = this.#isOpen ? this.#access : undefined
    this.#listen()
  }

  #context(): ReportsContext {
    const page = this.closest<HTMLElement>('[lang]')?.lang ?? document.documentElement.lang
    return { reader: this.#reader, language: languageOf(this.locale ?? page) }
  }

  #schedule(): void {
    clearInterval(this.#timer)
    if (this.poll > 0) this.#timer = setInterval(this.#tick, this.poll * 1000)
  }

  /** Not for a page that nobody sees: a browser has few connections to a host. */
  #listen(): void {
    if (this.#access !== undefined && this.poll > 0 && isSeen()) {
      this.#listener.start(this.#access)
      return
    }
    this.#listener.stop()
    this.#reader.isTold = false
  }

  readonly #tick = (): void => {
    if (isSeen()) this.#reader.refreshUntold()
  }

  /** Whether something answers, an attempt says. */
  readonly #networkChanged = (): void => {
    this.#reader.refresh()
    this.#listen()
  }

  readonly #seen = (): void => {
    if (!this.#isOpen && isSeen() && this.#access !== undefined) {
      this.#isOpen = true
      this.#reader.access = this.#access
    }
    this.#listen()
    this.#tick()
    this.#schedule()
  }

  #announce(): void {
    const detail = this.#reader.list?.map(({ name }) => name)
    this.dispatchEvent(new CustomEvent('millrace-list', { detail }))
  }
}

/** Neither a page in the background nor one that is prepared before it is asked for. */
const isSeen = (): boolean => document.visibilityState === 'visible'

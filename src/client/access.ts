import { ReportError } from './report-error.ts'

/**
 * Gives the token that signs the reader in, as `Authorization: Bearer` carries it. `expired`: the one given before was
 * refused, so that one that was kept must not be given again. Undefined: nobody is signed in any more.
 */
export type TokenSource = (ask: { readonly expired: boolean }) => string | undefined | Promise<string | undefined>

export interface AccessOptions {
  /** Where Millrace is mounted: `https://example.com/analytics`, or in a browser `/analytics`. */
  readonly endpoint: string
  /** Null: the host's own cookie signs the reader in. */
  readonly token: TokenSource | null
  /** BCP 47 tags as `Accept-Language` has them; labels come in the first that there is. */
  readonly languages?: string | undefined
  /** Of `fetch`: `include` where the cookie is to go to another origin. */
  readonly credentials?: RequestCredentials | undefined
}

/** What is asked for besides the path. */
export interface Ask {
  readonly signal: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON by POST. */
  readonly body?: object
}

interface Renewal {
  readonly refused: string
  readonly given: Promise<string | undefined>
}

/** Where reports are read, and as whom. */
export class Access {
  readonly #options: AccessOptions
  readonly #endpoint: string
  #renewal: Renewal | undefined

  constructor(options: AccessOptions) {
    this.#options = options
    this.#endpoint = options.endpoint.replace(/\/+$/, '')
  }

  /** Whatever answers, with another token where the first is refused. Throws a ReportError, or what `signal` is aborted with. */
  async send(path: string, ask: Ask): Promise<Response> {
    const { token } = this.#options
    if (token === null) return this.#fetch(path, ask, undefined)
    const given = await this.#signedIn(token({ expired: false }))
    const response = await this.#fetch(path, ask, given)
    if (response.status !== 401) return response
    const renewed = await this.#signedIn(this.#renew(token, given))
    const again = await this.#fetch(path, ask, renewed)
    // Refused as well: the host may have another by the next time.
    if (again.status === 401) this.#renewal = undefined
    return again
  }

  /** Many requests may be refused with one token: the host is asked for another once. */
  #renew(token: TokenSource, refused: string): Promise<string | undefined> {
    if (this.#renewal?.refused !== refused) {
      const given = (async () => token({ expired: true }))()
      this.#renewal = { refused, given }
      given.catch(() => {
        this.#renewal = undefined
      })
    }
    return this.#renewal.given
  }

  async #signedIn(token: string | undefined | Promise<string | undefined>): Promise<string> {
    const given = await token
    if (given === undefined) throw new ReportError('UNAUTHENTICATED', 'nobody is signed in')
    return given
  }

  async #fetch(path: string, { signal, headers, body }: Ask, token: string | undefined): Promise<Response> {
    signal.throwIfAborted()
    const { languages, credentials } = this.#options
    try {
      return await fetch(this.#endpoint + path, {
        signal,
        ...(credentials === undefined ? {} : { credentials }),
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(languages === undefined ? {} : { 'accept-language': languages }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
      })
    } catch (cause) {
      signal.throwIfAborted()
      throw new ReportError('UNREACHABLE', 'the server cannot be reached', { cause })
    }
  }
}

import { MillraceError } from './errors.ts'
import { type StoreOptions, storeOpener } from './open-store.ts'
import type { AnalyticsSecret } from './secret/analytics-secret.ts'
import { isCredentialRefusal, type RotatingSecret } from './secret/rotation.ts'
import type { StoreTarget } from './secret/store-target.ts'
import type { ReportStore } from './store/report-store.ts'

/** What serving asks of a store. */
export type ReadStore = Pick<ReportStore, 'read' | 'progress' | 'fillings' | 'changed' | 'close'>

/** The store that the secret names, only read from, by the credentials that the secret has now. */
export class RotatingStore implements ReadStore {
  readonly #secret: RotatingSecret
  readonly #open: (target: StoreTarget) => ReadStore
  readonly #retiring = new Set<Promise<void>>()
  #generation: { readonly secret: AnalyticsSecret; readonly store: ReadStore }

  constructor(secret: RotatingSecret, open: (target: StoreTarget) => ReadStore) {
    this.#secret = secret
    this.#open = open
    this.#generation = this.#opened()
  }

  /** Throws PACKAGE_MISSING. */
  static async open(secret: RotatingSecret, options: StoreOptions): Promise<RotatingStore> {
    return new RotatingStore(secret, await storeOpener((secret.current().store as StoreTarget).kind, options))
  }

  read: ReadStore['read'] = (...of) => this.#ask((store) => store.read(...of))
  progress: ReadStore['progress'] = (stream) => this.#ask((store) => store.progress(stream))
  fillings: ReadStore['fillings'] = (...of) => this.#ask((store) => store.fillings(...of))
  changed: ReadStore['changed'] = (...of) => this.#ask((store) => store.changed(...of))

  async close(): Promise<void> {
    await Promise.all([this.#generation.store.close(), ...this.#retiring])
  }

  /** Credentials that the server refuses are read again once; where they were rotated, it is asked once more. */
  async #ask<Answer>(question: (store: ReadStore) => Promise<Answer>): Promise<Answer> {
    const generation = this.#current()
    try {
      return await question(generation.store)
    } catch (error) {
      if (!(error instanceof MillraceError && isCredentialRefusal(error.cause))) throw error
      if (!(await this.#secret.refresh(generation.secret).catch(() => false))) throw error
      return await question(this.#current().store)
    }
  }

  #current() {
    const former = this.#generation
    if (former.secret === this.#secret.current()) return former
    this.#generation = this.#opened()
    const closing = former.store.close().finally(() => this.#retiring.delete(closing))
    this.#retiring.add(closing)
    return this.#generation
  }

  #opened() {
    const secret = this.#secret.current()
    return { secret, store: this.#open(secret.store as StoreTarget) }
  }
}

/**
 * A value that must not be printed. Every way in which JavaScript turns a value into text (template, `String`,
 * `JSON.stringify`, `console.log`, a logger, an error's inspection) gives `[secret]`; only `reveal` gives the value.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself, for the one place that hands it to the database driver. */
  reveal(): string {
    return this.#value
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

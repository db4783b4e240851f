import type { Command } from 'commander'
import type { Output } from './output.ts'

/** What every verb may be told besides its own options. */
export interface CommonOptions {
  readonly config?: string
  readonly json?: boolean
  readonly debug?: boolean
}

/** Where a verb runs. */
export interface Place {
  readonly folder: string
  readonly out: Output
  readonly err: Output
  /** Aborted, with an Interrupted, when the command is asked to end. */
  readonly signal: AbortSignal
}

/** A verb of the command line. `declare` gives it its arguments and options; `act` returns the exit code. */
export interface Verb<Options extends CommonOptions = any> {
  declare(command: Command): void
  act(place: Place, options: Options, ...positional: string[]): Promise<number>
}

/** One JSON document, as every verb with `--json` writes. */
export function writeJson(to: Output, value: unknown): void {
  to.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** For an option that may be repeated. */
export const collect = (value: string, former: readonly string[] = []): string[] => [...former, value]

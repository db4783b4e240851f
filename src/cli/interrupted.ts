import { constants } from 'node:os'

/** Why a verb ends early: a signal, such as Ctrl+C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  /** As a shell has it for a process that a signal has ended. */
  readonly exitCode: number

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`ended by ${signal}`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

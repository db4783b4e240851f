import { type Output, printable } from './output.ts'

/** One line that says what is being done, for a person who waits; nothing where nobody looks. */
export interface Progress {
  readonly show: (what: string) => void
  readonly end: () => void
}

const eraseLine = '\r\u001b[K'

/** `doing` stands before what is shown. */
export function progressOn(to: Output, doing = 'checking '): Progress {
  if (!to.isTerminal) return { show: () => {}, end: () => {} }
  return {
    show: (what) => to.write(`${eraseLine}${to.paint('dim', `${doing}${printable(what)}`)}`),
    end: () => to.write(eraseLine),
  }
}

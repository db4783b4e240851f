import { type Output, printable } from './output.ts'

/** What the start warns of, on standard error. */
export function warnTo(to: Output): (message: string) => void {
  return (message) => to.write(`${to.paint('yellow', 'warning')}: ${printable(message)}\n`)
}

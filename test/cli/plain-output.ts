import type { Output } from '../../src/cli/output.ts'

/** What is written, where nobody can see a style. */
export function plainOutput(isTerminal = false): Output & { text: string } {
  const output = {
    isTerminal,
    text: '',
    write: (text: string) => {
      output.text += text
    },
    paint: (_: unknown, text: string) => text,
  }
  return output
}

import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** Where a verb writes: standard output, or standard error. */
export interface Output {
  /** Whether a person looks at it as it is written. */
  readonly isTerminal: boolean
  write(text: string): void
  /** The text in a style, where whoever reads it can see one. */
  paint(style: Style, text: string): string
}

/** Colours only on a terminal that has them, and not where `NO_COLOR` is set (https://no-color.org). */
export function outputTo(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv = process.env): Output {
  const isTerminal = stream.isTTY === true
  const hasColours = isTerminal && stream.hasColors(environment) && !environment.NO_COLOR
  return {
    isTerminal,
    write: (text) => {
      stream.write(text)
    },
    paint: (style, text) => (hasColours ? styleText(style, text, { validateStream: false }) : text),
  }
}

/** Control characters as escapes: what stands in a database must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const known = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
    return known ?? `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, '0')}`
  })
}

import { type Part, stateOf } from './examined.ts'
import { count, findingLines } from './finding-blocks.ts'
import { type Output, printable } from './output.ts'

const styles = { ok: 'green', warning: 'yellow', error: 'red', skipped: 'dim' } as const

/** One page: each part, whether it is right, what is so, and what is to be done. */
export function doctorText(parts: readonly Part[], output: Output): string {
  const { paint } = output
  const width = Math.max(...parts.map(({ name }) => name.length))
  const text = parts.map((part) => {
    const { name, facts, findings, skipped } = part
    const state = stateOf(part)
    const [first = '', ...others] = [...facts, ...(skipped === undefined ? [] : [skipped])]
    const indent = ' '.repeat(width + 2 + 'skipped'.length + 2)
    const head = `${paint('bold', name.padEnd(width))}  ${paint(styles[state], state.padEnd('skipped'.length))}  ${printable(first)}`
    return `${head.trimEnd()}\n${others.map((fact) => `${indent}${printable(fact)}\n`).join('')}${findings
      .map((finding) =>
        findingLines(
          { ...finding, problem: `${finding.about === name ? '' : `${finding.about} `}${finding.problem}` },
          output,
        ),
      )
      .join('')}`
  })
  const all = parts.flatMap(({ findings }) => findings)
  const errors = all.filter(({ severity }) => severity !== 'warning').length
  const counted = `${count(errors, 'error')}, ${count(all.length - errors, 'warning')}`
  const style = errors > 0 ? 'red' : all.length > 0 ? 'yellow' : 'green'
  return `${text.join('')}\n${paint(style, all.length === 0 ? 'all well' : counted)}.\n`
}

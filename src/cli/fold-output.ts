import type { FoldEvent } from '../fold/fold-event.ts'
import type { AnyFinding } from './finding-blocks.ts'
import { foldLine, foldLineJson } from './fold-lines.ts'
import { type FoldState, startingState } from './fold-state.ts'
import { durationText } from './freshness-text.ts'
import { type Output, printable } from './output.ts'
import { progressOn } from './progress.ts'
import { instantOf } from './status-text.ts'

export interface FoldOutput {
  readonly tell: (event: FoldEvent, state: FoldState) => void
  /** That the slot is lost, or will be; without a finding, that it is well again (R10). */
  readonly tellSlot: (finding: AnyFinding | undefined) => void
  readonly end: () => void
}

/** Milliseconds between two lines that say no more than that it goes on. */
const summaryMilliseconds = 10_000
const redrawMilliseconds = 200

/** A line for each event that matters; the batches between are summed up: on a terminal in a line that is written anew. */
export function foldOutput(out: Output, json: boolean, now: () => number = Date.now): FoldOutput {
  const progress = progressOn(out, '')
  let [summed, drawn] = [now(), 0]
  let [batches, changes] = [0, 0]
  let reading = ''
  let latest = startingState

  function tell(event: FoldEvent, state: FoldState): void {
    const at = now()
    if (event.type === 'batch') {
      batches++
      changes += event.changes
    } else if (json) out.write(foldLineJson(event, new Date(at)))
    else {
      if (event.type === 'build-progress') reading = readingText(event)
      if (event.type === 'build-ready') reading = ''
      const line = foldLine(event, out)
      if (line !== undefined) {
        progress.end()
        out.write(`${line}\n`)
        drawn = 0
      }
    }
    if (!json && out.isTerminal && at - drawn >= redrawMilliseconds) {
      drawn = at
      progress.show(`${summary(state, at)}${reading}`)
    }
    latest = state
    if (at - summed >= summaryMilliseconds && (json || !out.isTerminal)) sumUp(at)
  }

  function sumUp(at: number): void {
    if (batches === 0) return
    const { position, committedAt } = latest
    if (json) out.write(foldLineJson({ type: 'folded', position, committedAt, batches, changes }, new Date(at)))
    else if (changes > 0) out.write(`${'folded'.padEnd(9)} ${summary(latest, at)}\n`)
    summed = at
    batches = 0
    changes = 0
  }

  return {
    tell,
    tellSlot(finding) {
      const { about = 'slot', problem = 'is well again', next } = finding ?? {}
      if (json)
        return out.write(
          foldLineJson({ type: 'slot', well: finding === undefined, about, problem, next }, new Date(now())),
        )
      progress.end()
      const mark = out.paint(finding === undefined ? 'green' : 'red', 'slot'.padEnd(9))
      out.write(`${mark} ${printable(`${about} ${problem}${next === undefined ? '' : `; next: ${next}`}`)}\n`)
    },
    end() {
      progress.end()
      sumUp(now())
    },
  }
}

function readingText({ table, rows, of }: Extract<FoldEvent, { type: 'build-progress' }>): string {
  const expected = of === 0 ? '' : ` of some ${Math.max(rows, of).toLocaleString('en')}`
  return `, ${rows.toLocaleString('en')}${expected} rows of ${table} read`
}

function summary({ committedAt, changes, phase, trouble }: FoldState, now: number): string {
  if (committedAt === undefined) return phase
  const behind = durationText(Math.max(0, now - Number(committedAt / 1000n)) / 1000)
  const said = `up to ${instantOf(committedAt)} (${behind} ago), ${changes.toLocaleString('en')} changes so far`
  return trouble === undefined ? said : `${said}; ${trouble}`
}

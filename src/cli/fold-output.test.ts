import { expect, test } from 'vitest'
import { plainOutput } from '../../test/cli/plain-output.ts'
import type { FoldEvent } from '../fold/fold-event.ts'
import { foldOutput } from './fold-output.ts'
import { nextState, startingState } from './fold-state.ts'

const build = { tenant: 'acme\u001b[2J', report: 'trend', number: 7 }
const committedAt = BigInt(Date.UTC(2026, 10, 1)) * 1000n
const batch = (changes: number): FoldEvent => ({
  type: 'batch',
  position: '00000000000000ff',
  committedAt,
  changes,
  counters: 3,
  milliseconds: 2,
  spilledBytes: 0,
})

/** What is written of events that come one second after the other. */
function written(events: readonly FoldEvent[], options: { isTerminal?: boolean; json?: boolean } = {}): string {
  let now = Date.UTC(2026, 10, 1)
  const out = plainOutput(options.isTerminal)
  const output = foldOutput(out, options.json ?? false, () => now)
  let state = startingState
  for (const event of events) {
    now += 1000
    state = nextState(state, event)
    output.tell(event, state)
  }
  output.end()
  return out.text
}

const events: readonly FoldEvent[] = [
  { type: 'started', slot: 'millrace_1', position: '00000000000000fe', builds: 1 },
  { type: 'build-opened', builds: [build], startsAt: '00000000000000fe', why: 'there was none' },
  { type: 'build-progress', table: 'finding', builds: 1, rows: 12_000, of: 20_000 },
  { type: 'build-ready', build },
  { type: 'build-stopped', build, detail: 'column "cvss" of row 7', again: false },
  { type: 'trouble', about: 'source', detail: 'it cannot be reached' },
]

test('a line for each event that matters, and none that steers the terminal', () => {
  expect(written(events)).toBe(`folding   from 0/FE on, 1 build, slot millrace_1
building  trend, tenant acme\\u001b[2J, build 7: there was none
ready     trend, tenant acme\\u001b[2J, build 7
stopped   trend, tenant acme\\u001b[2J, build 7: column "cvss" of row 7; it stays until that is mended
trouble   source: it cannot be reached; it is tried again
`)
})

test('batches are summed up: every ten seconds as a line, on a terminal in one line that is written anew', () => {
  const batches = Array.from({ length: 25 }, () => batch(100))
  expect(written(batches).split('\n')).toEqual([
    'folded    up to 2026-11-01T00:00:00.000Z (10.0 s ago), 1,000 changes so far',
    'folded    up to 2026-11-01T00:00:00.000Z (20.0 s ago), 2,000 changes so far',
    'folded    up to 2026-11-01T00:00:00.000Z (25.0 s ago), 2,500 changes so far',
    '',
  ])
  expect(written(Array.from({ length: 25 }, () => batch(0)))).toBe('')
  const idle = { ...batch(1), committedAt: 0n } as FoldEvent
  expect(written([idle], { isTerminal: true })).not.toContain('1970')
  const onTerminal = written([...batches, events[2] as FoldEvent], { isTerminal: true })
  expect(onTerminal.split('\n').length).toBe(2)
  expect(onTerminal).toContain('2,500 changes so far, 12,000 of some 20,000 rows of finding read\r\u001b[Kfolded ')
})

test('--json: each event as one line, batches summed up, whole numbers exact', () => {
  const lines = written([...events, ...Array.from({ length: 12 }, () => batch(100))], { json: true })
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ type }) => type)).toEqual([...events.map(({ type }) => type), 'folded', 'folded'])
  expect(lines[0]).toEqual({ time: '2026-11-01T00:00:01.000Z', ...events[0] })
  expect(lines.at(-1)).toMatchObject({ batches: 8, changes: 800, committedAt: String(committedAt) })
})

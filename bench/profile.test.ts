import { expect, test } from 'vitest'
import { sharesOf } from './profile.ts'

test('the time of functions is summed by folder, package, and what the engine does', () => {
  const frame = (functionName: string, url: string) => ({
    callFrame: { functionName, url, scriptId: '', lineNumber: 0, columnNumber: 0 },
  })
  const nodes = [
    { id: 1, ...frame('fold', 'file:///a/bench/build/src/rollup/fold-row.js') },
    { id: 2, ...frame('add', 'file:///a/bench/build/src/rollup/counters.js') },
    { id: 3, ...frame('parse', 'file:///a/node_modules/pg-protocol/dist/parser.js') },
    { id: 4, ...frame('(garbage collector)', '') },
    { id: 5, ...frame('push', 'node:internal/streams') },
  ]
  expect(sharesOf({ nodes, samples: [1, 2, 3, 4, 5, 1], timeDeltas: [1e6, 2e6, 5e5, 25e4, 1e5, 1e6] })).toEqual([
    { part: 'rollup/', seconds: 4 },
    { part: 'pg', seconds: 0.5 },
    { part: 'garbage collection', seconds: 0.25 },
    { part: 'Node.js and V8', seconds: 0.1 },
  ])
})

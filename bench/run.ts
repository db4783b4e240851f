import { availableParallelism, cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import { buildUnderWrites } from './build-under-writes.ts'
import { commitToVisible } from './commit-to-visible.ts'
import { dashboard } from './dashboard.ts'
import { dynamodbCpu } from './dynamodb-cpu.ts'
import { dynamodbReads } from './dynamodb-reads.ts'
import { dynamodbWrites } from './dynamodb-writes.ts'
import { foldMemory } from './fold-memory.ts'
import { foldThroughput } from './fold-throughput.ts'
import { httpOverhead } from './http-overhead.ts'
import { reportFromStore } from './report-from-store.ts'
import { reportThroughHttp } from './report-through-http.ts'
import { writeLatency } from './write-latency.ts'

// What the SDK of AWS says of Node.js 20 is not to stand among figures.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

/** The measurements by the letter and name that the command line takes. */
const measurements = {
  a: { name: 'report-through-http', run: reportThroughHttp },
  b: { name: 'http-overhead', run: httpOverhead },
  c: { name: 'write-latency', run: writeLatency },
  d: { name: 'fold-throughput', run: foldThroughput },
  e: { name: 'fold-memory', run: foldMemory },
  f: { name: 'commit-to-visible', run: commitToVisible },
  g: { name: 'report-from-store', run: reportFromStore },
  h: { name: 'build-under-writes', run: buildUnderWrites },
  i: { name: 'dynamodb-writes', run: dynamodbWrites },
  j: { name: 'dynamodb-reads', run: dynamodbReads },
  k: { name: 'dynamodb-cpu', run: dynamodbCpu },
  l: { name: 'dashboard', run: dashboard },
}

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '500000' } },
})
/** Of the fold's tables, or changes of them. */
const rows = Number(values.rows)
if (!Number.isSafeInteger(rows) || rows < 10_000) {
  console.error('--rows: a whole number from 10000 on')
  process.exit(2)
}
const chosen = Object.entries(measurements).filter(
  ([letter, { name }]) => wanted.length === 0 || wanted.includes(letter) || wanted.includes(name),
)
const known = Object.entries(measurements).flatMap(([letter, { name }]) => [letter, name])
const unknown = wanted.filter((word) => !known.includes(word))
if (unknown.length > 0) {
  console.error(`no measurement is called ${unknown.join(', ')}; there are ${known.join(', ')}`)
  process.exit(2)
}

console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, Linux ${release()}, ${availableParallelism()} cores (${cpus()[0]?.model})`,
)
for (const [letter, { name, run }] of chosen) {
  console.log(`\n(${letter}) ${name}\n`)
  await run({ rows })
}

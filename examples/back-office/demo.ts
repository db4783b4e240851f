import { parseArgs } from 'node:util'
import { MillraceError } from 'millrace'
import { type Demo, startDemo } from './start-demo.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4400' },
    seed: { type: 'string', default: '1' },
    years: { type: 'string', default: '3' },
    size: { type: 'string', default: '1' },
    rate: { type: 'string', default: '2' },
    once: { type: 'boolean', default: false },
  },
})

const began = performance.now()
const progress = (line: string) => {
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${line}`)
}

console.log('Starting a PostgreSQL primary, its standby, and a back office with Millrace in it.\n')
let running: Demo | undefined
let ending = false

async function end(): Promise<void> {
  // While it starts, and at a second Ctrl-C, it does not wait: the databases are watched over, and go with this process.
  if (ending || running === undefined) {
    console.log('\nStopped. The databases are removed in a moment.')
    process.exit(130)
  }
  ending = true
  console.log('\nStopping, and removing the databases')
  await running.close()
  console.log('Nothing is left.')
}
process.on('SIGINT', end)
process.on('SIGTERM', end)

running = await startDemo({
  port: Number(values.port),
  seed: Number(values.seed),
  years: Number(values.years),
  size: Number(values.size),
  rate: Number(values.rate),
  progress,
}).catch((error: unknown) => {
  if (!(error instanceof MillraceError)) throw error
  console.error(`\n${error.message}\n${error.next}`)
  process.exit(1)
})

console.log(`
  ${running.url}

  Sign in as a customer and a role. Worth trying:
  · Havel Mobility, Managing director: both products; then switch to another customer
  · Hudson Car Share, Dispatcher: the revenue reports are not there at all
  · Lumen Bank, Engineer: the same reports, narrowed to one team
  Traffic goes to the primary; every figure comes from the standby, and says how current it is.
`)
if (values.once) {
  await running.folded()
  await end()
} else console.log('  Ctrl-C stops and removes everything.\n')

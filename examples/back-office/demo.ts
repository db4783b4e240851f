import { parseArgs } from 'node:util'
import { startDemo } from './start-demo.ts'

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
const starting = startDemo({
  port: Number(values.port),
  seed: Number(values.seed),
  years: Number(values.years),
  size: Number(values.size),
  rate: Number(values.rate),
  progress,
})

let ending = false
async function end(): Promise<void> {
  // A second Ctrl-C does not wait; what the first had not removed, the databases' own watch removes.
  if (ending) process.exit(130)
  ending = true
  console.log('\nStopping, and removing the databases')
  const demo = await starting.catch(() => undefined)
  await demo?.close()
  console.log('Nothing is left.')
}
process.on('SIGINT', end)
process.on('SIGTERM', end)

try {
  const { url } = await starting
  console.log(`
  ${url}

  Sign in as a customer and a role. Worth trying:
  · Havel Mobility, Managing director: both products; then switch to another customer
  · Hudson Car Share, Dispatcher: the revenue reports are not there at all
  · Lumen Bank, Engineer: the same reports, narrowed to one team
  Traffic goes to the primary; every figure comes from the standby, and says how current it is.
${values.once ? '' : '\n  Ctrl-C stops and removes everything.\n'}`)
  if (values.once) await end()
} catch (error) {
  if (!ending) {
    console.error(error)
    process.exitCode = 1
  }
}

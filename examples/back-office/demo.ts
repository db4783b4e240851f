import { parseArgs } from 'node:util'
import { MillraceError } from 'millrace'
import { lackFor } from './room.ts'
import { type Demo, startDemo } from './start-demo.ts'

/** `--findings` without a number. */
const someFindings = '500000'
const given = process.argv.slice(2).flatMap((argument, at, all) => {
  const isBare = argument === '--findings' && !/^\d/.test(all[at + 1] ?? '')
  return isBare ? [argument, someFindings] : [argument]
})
const { values } = parseArgs({
  args: given,
  options: {
    findings: { type: 'string' },
    port: { type: 'string', default: '4400' },
    seed: { type: 'string', default: '1' },
    years: { type: 'string' },
    size: { type: 'string' },
    rate: { type: 'string', default: '2' },
    store: { type: 'string', default: 'postgres' },
    once: { type: 'boolean', default: false },
  },
})

const findings = values.findings === undefined ? undefined : Number(values.findings)
const lack = findings === undefined ? undefined : lackFor(findings)
if (lack !== undefined) {
  console.error(lack)
  process.exit(1)
}

const stores = {
  postgres: 'a reporting store in PostgreSQL',
  dynamodb: 'a reporting store in an embedded emulator of DynamoDB',
}
if (!Object.hasOwn(stores, values.store)) {
  console.error(`--store is one of ${Object.keys(stores).join(', ')}`)
  process.exit(2)
}
const kind = values.store as keyof typeof stores
/** An emulator takes a thousand counters a second, and what is built is to be there within a minute. */
const sizes = { postgres: { years: 3, size: 1 }, dynamodb: { years: 0.5, size: 0.3 } }

const began = performance.now()
const progress = (line: string) => {
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${line}`)
}

console.log(`Starting a PostgreSQL primary, its standby, ${stores[kind]}, and a back office with Millrace in it.\n`)
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
  years: Number(values.years ?? sizes[kind].years),
  size: Number(values.size ?? sizes[kind].size),
  rate: Number(values.rate),
  store: kind,
  ...(findings === undefined ? {} : { findings }),
  progress,
}).catch((error: unknown) => {
  if (!(error instanceof MillraceError)) throw error
  console.error(`\n${error.message}\n${error.next}`)
  process.exit(1)
})

const worthTrying =
  findings === undefined
    ? `Sign in as a customer and a role. Worth trying:
  · Havel Mobility, Managing director: both products; then switch to another customer
  · Hudson Car Share, Dispatcher: the revenue reports are not there at all
  · Lumen Bank, Engineer: the same reports, narrowed to one team
  · "Book now", and the figures that change; "Both engines", and what each says at the same position`
    : `Sign in as a customer's head of security, and open "Both engines": its dashboard three ways. Alder Bank has a fifth of all findings.`
console.log(`
  ${running.url}

  ${worthTrying}
  Traffic goes to the primary. The standby answers until the reporting store is built, and then the store does.
`)
if (values.once) {
  await running.folded()
  await end()
} else console.log('  Ctrl-C stops and removes everything.\n')

#!/usr/bin/env node
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { writeFailure } from './failure.ts'
import { Interrupted } from './interrupted.ts'
import { outputTo } from './output.ts'

const { stdout, stderr } = process
const ending = new AbortController()

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    const reason = new Interrupted(signal)
    // Who asks twice does not want to wait for what is under way.
    if (ending.signal.aborted) process.exit(reason.exitCode)
    ending.abort(reason)
  })
}
// Whoever reads the output has seen enough, as `head` has.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed)
})

async function main(): Promise<number> {
  const [out, err] = [outputTo(stdout), outputTo(stderr)]
  try {
    const { commandLine } = await import('./command-line.ts')
    return await commandLine(process.argv.slice(2), { folder: process.cwd(), out, err, signal: ending.signal })
  } catch (error) {
    writeFailure(error, err, process.argv.includes('--debug'))
    return exitCodeOf(error)
  }
}

const exitCode = await main()
// The user's own files may hold connections open, and a pipe may still have to take what was written.
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))))
process.exit(exitCode)

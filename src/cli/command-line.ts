import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { apply } from './apply.ts'
import { check } from './check.ts'
import { doctor } from './doctor.ts'
import { erase } from './erase.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { explain } from './explain.ts'
import { writeFailure, writeFailureJson } from './failure.ts'
import { fold } from './fold.ts'
import { plan } from './plan.ts'
import { rebuild } from './rebuild.ts'
import { run } from './run.ts'
import { serve } from './serve.ts'
import { status } from './status.ts'
import type { Place, Verb } from './verb.ts'
import { verify } from './verify.ts'

const verbs: Readonly<Record<string, Verb>> = {
  serve,
  run,
  explain,
  check,
  plan,
  apply,
  fold,
  status,
  rebuild,
  verify,
  erase,
  doctor,
}

/** Runs one command, and returns its exit code. It never throws: what fails is written where `place` says. */
export async function commandLine(args: readonly string[], place: Place): Promise<number> {
  let exitCode: number = exitCodes.done
  const program = programFor(place)
  for (const [name, verb] of Object.entries(verbs)) {
    const command = program.command(name).copyInheritedSettings(program)
    verb.declare(command)
    command
      .option('--config <file>', 'the configuration (default: millrace.config.ts, here or above)')
      .option('--json', 'write one JSON document to standard output, also of an error')
      .option('--debug', 'show where an error comes from')
      .action(async (...given: unknown[]) => {
        const positional = given.slice(0, -2) as string[]
        exitCode = await verb.act(place, command.opts(), ...positional)
      })
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && isHelp(error)) return error.exitCode === 0 ? 0 : exitCodes.misused
    const debug = args.includes('--debug')
    if (args.includes('--json')) writeFailureJson(error, place.out, debug)
    else writeFailure(error, place.err, debug)
    return error instanceof CommanderError ? exitCodes.misused : exitCodeOf(error)
  }
}

function programFor({ out, err }: Place): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return new Command('millrace')
    .description('Tenant-scoped reports, read from a replica.')
    .version(version, '--version', 'show the version')
    .helpOption('--help', 'show this help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      // An error is written once, by `writeFailure`.
      outputError: () => {},
    })
}

/** Help and the version are written by then. */
const isHelp = ({ code }: CommanderError): boolean =>
  code === 'commander.help' || code === 'commander.helpDisplayed' || code === 'commander.version'

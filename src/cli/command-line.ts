import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { writeFailure, writeFailureJson } from './failure.ts'
import type { Place, Verb } from './verb.ts'

/** Each is loaded when it is asked for: one needs a server's packages, another a database's. */
const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  run: async () => (await import('./run.ts')).run,
  explain: async () => (await import('./explain.ts')).explain,
  check: async () => (await import('./check.ts')).check,
  plan: async () => (await import('./plan.ts')).plan,
  apply: async () => (await import('./apply.ts')).apply,
  fold: async () => (await import('./fold.ts')).fold,
  status: async () => (await import('./status.ts')).status,
  rebuild: async () => (await import('./rebuild.ts')).rebuild,
  verify: async () => (await import('./verify.ts')).verify,
  erase: async () => (await import('./erase.ts')).erase,
  capacity: async () => (await import('./capacity.ts')).capacity,
  doctor: async () => (await import('./doctor.ts')).doctor,
}

/** Runs one command, and returns its exit code. It never throws: what fails is written where `place` says. */
export async function commandLine(args: readonly string[], place: Place): Promise<number> {
  let exitCode: number = exitCodes.done
  const program = programFor(place)
  const asked = args[0] ?? ''
  // Help, and who mistypes, needs them all.
  const names = Object.hasOwn(verbs, asked) ? [asked] : Object.keys(verbs)
  try {
    for (const name of names) {
      const verb = await (verbs[name] as () => Promise<Verb>)()
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

import { CommandProcess } from './command.ts'

/** A `millrace serve` that listens. */
export interface Serving extends AsyncDisposable {
  readonly process: CommandProcess
  readonly address: string
  /** Asks it to end, and returns its exit code. */
  end(): Promise<number | null>
}

export async function startServing(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Serving> {
  const process = new CommandProcess(['serve', ...args], { env })
  const end = async () => {
    process.child.kill('SIGTERM')
    return (await process.ended).exitCode
  }
  try {
    const [, address] = await process.says('stdout', /"msg":"Server listening at (http:[^"]+)"/)
    if (!args.includes('--json')) await process.says('stderr', /Ctrl\+C ends it\n/)
    return {
      process,
      address: address as string,
      end,
      async [Symbol.asyncDispose]() {
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}

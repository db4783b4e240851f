import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/**
 * A part of a measurement that runs in a process of its own, so that its CPU time is told apart from that of whoever
 * measures. It is started with one message, says that it is ready, and then answers each question with one answer.
 */
export interface Program<Ready, Question, Answer> {
  readonly pid: number
  readonly ready: Ready
  ask(question: Question): Promise<Answer>
  close(): Promise<void>
}

type Reply<Value> = { readonly value: Value } | { readonly failure: string }

/** Starts one of the files in `program/`. It ends with this process at the latest. */
export async function startProgram<Start extends object, Ready, Question = never, Answer = never>(
  name: string,
  start: Start,
): Promise<Program<Ready, Question, Answer>> {
  const child = fork(new URL(`program/${name}.js`, import.meta.url), { serialization: 'advanced' })
  const ready = await ask<Ready>(child, name, start)
  return {
    pid: child.pid as number,
    ready,
    ask: (question) => ask<Answer>(child, name, question as object),
    async close() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

async function ask<Value>(child: ChildProcess, name: string, message: object): Promise<Value> {
  const ended = new AbortController()
  const onExit = () => ended.abort()
  child.once('exit', onExit)
  try {
    child.send(message)
    const [reply] = (await once(child, 'message', { signal: ended.signal })) as [Reply<Value>]
    if ('value' in reply) return reply.value
    throw new Error(`${name}: ${reply.failure}`)
  } catch (error) {
    throw ended.signal.aborted ? new Error(`${name} has ended (${child.exitCode ?? child.signalCode})`) : error
  } finally {
    child.off('exit', onExit)
  }
}

/** The other end: what a file in `program/` calls. `start` gives what is ready and what answers questions. */
export function runProgram<Start, Ready, Question = never, Answer = never>(
  start: (message: Start) => Promise<{ ready: Ready; answer?: (question: Question) => Promise<Answer> }>,
): void {
  let answer: ((question: Question) => Promise<Answer>) | undefined
  const reply = async (message: unknown): Promise<unknown> => {
    if (answer !== undefined) return answer(message as Question)
    const started = await start(message as Start)
    answer = started.answer ?? (() => Promise.reject(new Error('answers no questions')))
    return started.ready
  }
  process.on('message', (message) => {
    reply(message).then(
      (value) => process.send?.({ value }),
      (error: Error) => process.send?.({ failure: error.stack ?? error.message }),
    )
  })
  process.on('disconnect', () => process.exit())
}

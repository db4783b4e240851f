import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** The embedded emulator of DynamoDB (dynalite), with its tables in memory. */
export interface EmbeddedDynamo extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; the same over a stop and a start. */
  readonly endpoint: string
  /** Any will do, and the SDK wants one. */
  readonly region: string
  /** Refuses every connection from now on, and breaks off those that there are. The tables stay. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it, and forgets the tables. */
  close(): Promise<void>
}

/** What signs requests to an emulator, which looks at no signature. */
export const emulatorCredentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' } as const

/** Starts on a free port of 127.0.0.1, in a thread that ends with this process. */
export async function startDynamo(): Promise<EmbeddedDynamo> {
  const thread = new Worker(join(import.meta.dirname, 'dynamodb-thread.mjs'), { workerData: { port: 0 }, execArgv: [] })
  const [port] = await once(thread, 'message')
  // It does not keep a process from ending that has nothing else to do.
  thread.unref()

  async function tell(act: 'stop' | 'start' | 'close'): Promise<void> {
    thread.ref()
    thread.postMessage(act)
    await once(thread, 'message')
    thread.unref()
  }

  async function close(): Promise<void> {
    await tell('close')
    await thread.terminate()
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    stop: () => tell('stop'),
    start: () => tell('start'),
    close,
    [Symbol.asyncDispose]: close,
  }
}

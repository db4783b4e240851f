import { type Profiler, Session } from 'node:inspector/promises'

/** What of a profiled time a part of the program had. */
export interface ProfileShare {
  readonly part: string
  readonly seconds: number
}

/** Microseconds between two samples. */
const interval = 500

/** Runs something under the profiler of V8; by folder of the source, package, or what the engine itself did. */
export async function profiled(work: () => Promise<unknown>): Promise<readonly ProfileShare[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval })
  await session.post('Profiler.start')
  try {
    await work()
    const { profile } = await session.post('Profiler.stop')
    return sharesOf(profile)
  } finally {
    session.disconnect()
  }
}

type Profile = Pick<Profiler.Profile, 'nodes' | 'samples' | 'timeDeltas'>

/** The time of each part, the most first. A function's time is its own, without that of those it calls. */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profile): ProfileShare[] {
  const parts = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]))
  const seconds = new Map<string, number>()
  samples.forEach((id, at) => {
    const part = parts.get(id) ?? '?'
    seconds.set(part, (seconds.get(part) ?? 0) + Math.max(0, timeDeltas[at] ?? 0) / 1e6)
  })
  return [...seconds].map(([part, seconds]) => ({ part, seconds })).sort((one, other) => other.seconds - one.seconds)
}

function partOf({ functionName, url }: { readonly functionName: string; readonly url: string }): string {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(idle)') return 'idle'
  const [, folder] = /\/src\/([^/]+)\//.exec(url) ?? []
  if (folder !== undefined) return `${folder}/`
  const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
  if (name !== undefined) return name.startsWith('pg') || name === 'postgres-array' ? 'pg' : name
  return 'Node.js and V8'
}

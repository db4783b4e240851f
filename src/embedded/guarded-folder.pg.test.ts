import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { program } from '../../test/programs/program.ts'
import { startCluster } from './cluster.ts'

/** The temporary folder of one test: what is left behind is left here. */
let temporary: string

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'millrace-leftovers-'))
  await chmod(temporary, 0o755)
  vi.stubEnv('MILLRACE_EMBEDDED_TEMPLATES', '')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await signalAll('SIGKILL')
  await rm(temporary, { recursive: true, force: true })
})

/** The processes that name the temporary folder on their command line or, like every process of a server, work in it. */
async function processes(): Promise<{ pid: number; about: string }[]> {
  const all = process.platform === 'linux' ? await listedByTheKernel() : listedByPs()
  return all.filter(({ about }) => about.includes(temporary))
}

async function signalAll(signal: NodeJS.Signals): Promise<void> {
  for (const { pid } of await processes()) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      // It has ended since it was listed.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

async function listedByTheKernel() {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const describe = async (pid: string) => {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return { pid: Number(pid), about: `${commandLine} ${await readlink(`/proc/${pid}/cwd`).catch(() => '')}` }
  }
  return Promise.all(pids.map(describe))
}

function listedByPs() {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  return lines.map((about) => ({ pid: Number.parseInt(about, 10), about }))
}

const nothing = { files: [], processes: [] }
const left = async () => ({ files: await readdir(temporary), processes: await processes() })

async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(async () => expect(await left()).toEqual(nothing), { timeout: 15_000, interval: 20 })
}

/** Starts a process, in a group of its own, that owns a cluster; returns when it has printed what matches `until`. */
async function owner(until: RegExp, afterwards = 'setInterval(() => {}, 1000)'): Promise<ChildProcess> {
  const text = `
    import { startCluster } from ${JSON.stringify(pathToFileURL(program('src/embedded/cluster.ts')).href)}
    process.env.TMPDIR = ${JSON.stringify(temporary)}
    await startCluster({ progress: console.log })
    console.log('started')
    ${afterwards}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      printed += chunk
      if (until.test(printed)) resolve()
    })
    child.once('exit', () => reject(new Error(`the owner ended before it printed ${until}: ${printed}`)))
  })
  return child
}

/** Sends the signal to all processes of the owner's group, as a terminal does on Ctrl+C. */
async function end(owner: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(owner, 'exit')
  process.kill(-(owner.pid as number), signal)
  await ended
}

test('closing a cluster leaves no process and no folder', async () => {
  vi.stubEnv('TMPDIR', temporary)
  const cluster = await startCluster()
  const pids = (await processes()).map(({ pid }) => pid)
  // Two servers, their watchdog, and what the servers have started: without these the test would see nothing to leave.
  expect(pids).toEqual(expect.arrayContaining([cluster.primary.pid, cluster.standby.pid]))
  expect(pids.length).toBeGreaterThan(10)
  await cluster.close()
  expect(await left()).toEqual(nothing)
  await cluster.close()
})

test('a failed start says what PostgreSQL said, and leaves nothing behind', async () => {
  vi.stubEnv('TMPDIR', temporary)
  await expect(startCluster({ settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
    code: 'EMBEDDED_UNAVAILABLE',
    detail: expect.stringMatching(/invalid value for parameter "shared_buffers": "plenty"/),
  })
  expect(await left()).toEqual(nothing)
})

test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
  'a cluster ends with its owner, when that ends by %s',
  async (signal) => {
    const child = await owner(/started/)
    expect((await processes()).length).toBeGreaterThan(10)
    await end(child, signal)
    await expectNothingLeft()
  },
)

test('a cluster ends with its owner, when every process is told to end', async () => {
  const child = await owner(/started/)
  await signalAll('SIGTERM')
  await end(child, 'SIGTERM')
  await expectNothingLeft()
})

test.each([
  ['as initdb runs', /data folder/],
  ['as the standby starts', /primary listens/],
])('a cluster ends with its owner, when that is killed %s', async (_, moment) => {
  const child = await owner(moment)
  expect((await processes()).length).toBeGreaterThan(0)
  await end(child, 'SIGKILL')
  await expectNothingLeft()
})

test('a cluster does not keep its owner alive, and ends with it', async () => {
  const child = await owner(/started/, '')
  if (child.exitCode === null) await once(child, 'exit')
  expect(child.exitCode).toBe(0)
  await expectNothingLeft()
})

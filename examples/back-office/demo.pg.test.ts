import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { folderPrefix } from '../../src/embedded/watchdog.ts'

const small = ['--port', '0', '--years', '0.1', '--size', '0.2']
let child: ChildProcess | undefined
let said = ''
/** Where the databases are. */
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'))
  // PostgreSQL does not run as root, and must come through.
  await chmod(folder, 0o755)
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** The command as `npm run demo` runs it, in a session of its own as a terminal gives it. */
function start(...flags: string[]): ChildProcess {
  const demo = join(import.meta.dirname, 'demo.ts')
  said = ''
  const env = { ...process.env, TMPDIR: folder }
  child = spawn(process.execPath, ['--import', 'tsx', demo, ...small, ...flags], { detached: true, env })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => {
      said += text
    })
  }
  return child
}

const saying = (words: RegExp) => expect.poll(() => said, { timeout: 60_000, interval: 50 }).toMatch(words)
const exited = async (process: ChildProcess): Promise<number | null> => {
  if (process.exitCode === null) await once(process, 'exit')
  return process.exitCode
}
const ports = () => [...said.matchAll(/listens on port (\d+)/g)].map(([, port]) => Number(port))
/** That folds; the databases are known by their ports and folders. */
const processes = () => [...said.matchAll(/What folds is process (\d+)/g)].map(([, pid]) => Number(pid))

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function nothingIsLeft(): Promise<void> {
  for (const pid of processes()) await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false)
  for (const port of ports()) await expect.poll(() => isListening(port), { timeout: 20_000 }).toBe(false)
  const databases = async () => (await readdir(folder)).filter((name) => name.startsWith(folderPrefix))
  await expect.poll(databases, { timeout: 20_000 }).toEqual([])
}

test('the demo says each step, serves its page, and Ctrl-C stops and removes everything', async () => {
  const demo = start()
  await saying(/Ctrl-C stops/)
  expect(said).toMatch(/\d\.\d s {2}The back office is up/)
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] as string
  const page = await fetch(url)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  expect((await fetch(`${url}/analytics/reports`)).status).toBe(401)
  expect(ports()).toHaveLength(3)
  expect(processes()).toHaveLength(1)
  demo.kill('SIGINT')
  expect(await exited(demo)).toBe(0)
  expect(said).toContain('Nothing is left.')
  await nothingIsLeft()
})

test('Ctrl-C while it starts leaves nothing either', async () => {
  const demo = start()
  await saying(/The primary listens/)
  demo.kill('SIGINT')
  expect(await exited(demo)).toBe(130)
  await nothingIsLeft()
})

test('killed outright, it leaves nothing', async () => {
  const demo = start()
  await saying(/The back office is up/)
  demo.kill('SIGKILL')
  await exited(demo)
  expect(processes()).toHaveLength(1)
  await nothingIsLeft()
})

test('with --once it ends by itself when everything has been up and the store is built', async () => {
  const demo = start('--once', '--rate', '20')
  expect(await exited(demo)).toBe(0)
  expect(said).toContain('The back office is up')
  expect(said).toMatch(/The store follows the primary: 69 rollups, built from [\d,]+ rows/)
  await nothingIsLeft()
})

test('with --findings a hundred customers have as many as are asked for', async () => {
  const demo = start('--once', '--findings', '20000')
  expect(await exited(demo)).toBe(0)
  expect(said).toContain('20,000 of 20,000 findings')
  expect(said).toMatch(/The store follows the primary: 700 rollups, built from 20,\d{3} rows/)
  await nothingIsLeft()
})

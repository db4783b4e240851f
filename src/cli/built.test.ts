import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const program = resolve('dist/cli/millrace.js')
const isBuilt = existsSync(program)
if (!isBuilt) console.warn('Left out: the package is not built. `npm run build` builds it.')

function run(args: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const options = { cwd: resolve('test/cli/app'), env: { PATH: process.env.PATH } }
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      done({ exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr })
    })
  })
}

describe.skipIf(!isBuilt)('the command line as it is published', () => {
  test('begins with the line that lets a shell start it', () => {
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(resolve(bin.millrace)).toBe(program)
  })

  test('knows its version, and loads a configuration and reports in TypeScript', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(await run(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
    const { exitCode, stderr } = await run(['check'])
    expect(exitCode).toBe(78)
    expect(stderr).toContain('analytics (env:MILLRACE_TEST_SECRET): the environment variable is not set')
    expect((await run(['run', 'booking-comparisons', '--tenant', 'a'])).stderr).toContain(
      'did you mean "booking-comparison"?',
    )
  }, 30_000)
})

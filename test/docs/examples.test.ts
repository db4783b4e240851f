import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'

/** Inside the project, so that packages are found. */
const folder = mkdtempSync(resolve('node_modules/.docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pages = ['README.md', ...readdirSync('docs/guides').map((name) => join('docs/guides', name))]

/** The TypeScript of a page, by the file that its first line names; a snippet without one stands by itself. */
function snippets(page: string): { file: string; code: string }[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code], at) => ({
    file: /^\/\/ (\S+\.ts)\n/.exec(code as string)?.[1] ?? `snippet-${at}.ts`,
    code: code as string,
  }))
}

test('the TypeScript of README and guides compiles as it stands', () => {
  const roots = pages.flatMap((page) => {
    const root = join(folder, page.replace(/\W/g, '-'))
    return snippets(page).map(({ file, code }) => {
      const path = join(root, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, code)
      return path
    })
  })
  expect(roots.length).toBeGreaterThan(3)
  const project = join(folder, 'tsconfig.json')
  const paths = {
    millrace: ['src/index.ts'],
    'millrace/start': ['src/start.ts'],
    'millrace/fastify': ['src/http/fastify-plugin.ts'],
    'millrace/client': ['src/client/client.ts'],
  }
  const options = {
    extends: resolve('tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      rootDir: resolve('.'),
      noUnusedLocals: false,
      paths: Object.fromEntries(Object.entries(paths).map(([name, [file]]) => [name, [resolve(file as string)]])),
    },
    files: roots,
    include: [],
    exclude: [],
  }
  writeFileSync(project, JSON.stringify(options))
  try {
    execFileSync(resolve('node_modules/.bin/tsc'), ['-p', project], { encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    expect((error as { stdout: string }).stdout.replaceAll(folder, '')).toBe('')
  }
}, 60_000)

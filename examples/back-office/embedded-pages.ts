import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { build } from 'vite'

const examples = join(import.meta.dirname, '..')
const types = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' }

/**
 * The examples of embedding, on the demo's server: pages of somebody else's product, with its sign-in and its reports. `send` answers
 * with a file of a page, under its policy.
 */
export function addEmbeddedPages(
  app: FastifyInstance,
  send: (reply: FastifyReply, file: { readonly type: string; readonly body: string }) => FastifyReply,
): void {
  const file = (path: string, folder: string, name: string, type: keyof typeof types) =>
    app.get(path, async (_request, reply) =>
      send(reply, { type: types[type], body: await readFile(join(examples, folder, name), 'utf8') }),
    )
  for (const folder of ['embed-plain', 'embed-react']) {
    file(`/${folder}/`, folder, 'index.html', 'html')
    file(`/${folder}/page.css`, folder, 'page.css', 'css')
  }
  file('/embed-plain/page.js', 'embed-plain', 'page.js', 'js')
  let bundled: Promise<string> | undefined
  app.get('/embed-react/main.js', async (_request, reply) => {
    // When it is first asked for: React takes a moment, and most who start the demo do not look at it.
    bundled ??= bundle(join(examples, 'embed-react/main.tsx'))
    return send(reply, { type: types.js, body: await bundled })
  })
}

async function bundle(input: string): Promise<string> {
  const built = await build({
    root: join(examples, '..'),
    configFile: false,
    logLevel: 'error',
    resolve: { tsconfigPaths: true, conditions: ['module', 'browser', 'production'] },
    // Whatever NODE_ENV says: without React's own development build.
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { development: false } },
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: { input, output: { format: 'es' } },
    },
  })
  const [chunk] = 'output' in built ? built.output : []
  if (chunk === undefined) throw new Error('the example of React was not bundled')
  return chunk.code
}

import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build, type Rolldown } from 'vite'
import type { ReadRequest, ReportAnswer } from '../../src/http/wire.ts'

/** Pages of the elements and answers of a test's own, over the loopback, under a content security policy that lets nothing inline pass. */
export interface ElementsServer {
  readonly url: string
  /** By report: the answer, or a function of what the reader gives. */
  readonly answers: Map<string, ReportAnswer | ((request: ReadRequest) => ReportAnswer)>
  /** The bodies of pages, by path. */
  readonly pages: Map<string, string>
  /** The page's own style, and attributes of its root. */
  style: string
  root: string
  close(): Promise<void>
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'"

export async function serveElements(): Promise<ElementsServer> {
  const code = await bundle()
  const served: ElementsServer = {
    url: '',
    answers: new Map(),
    pages: new Map(),
    style: '',
    root: 'lang="en-GB"',
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname
    const send = (type: string, body: string) => {
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body)
    }
    if (path === '/elements.js') send('text/javascript', code)
    else if (path === '/start.js') send('text/javascript', start)
    else if (path === '/page.css') send('text/css', served.style)
    else if (path === '/analytics/reports')
      send(
        'application/json',
        JSON.stringify({ reports: [...served.answers.keys()].map((name) => ({ name, title: titleOf(name) })) }),
      )
    else if (path === '/analytics/reports/rows')
      void bodyOf(request).then((body) => {
        const { requests } = JSON.parse(body) as { requests: ReadRequest[] }
        const results = requests.map((each) => {
          const found = served.answers.get(each.report)
          if (found === undefined) return { report: each.report, problem: { code: 'REPORT_NOT_FOUND', title: 'none' } }
          return { report: each.report, answer: typeof found === 'function' ? found(each) : found }
        })
        send('application/json', JSON.stringify({ results }))
      })
    else if (served.pages.has(path)) send('text/html', pageOf(served, served.pages.get(path) ?? ''))
    else response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(served, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ')

const start = `import '/elements.js'
for (const reports of document.querySelectorAll('millrace-reports')) reports.token = null`

const pageOf = ({ root }: ElementsServer, body: string): string => `<!doctype html><html ${root}><head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Charts</title>
  <link rel="stylesheet" href="/page.css">
  <script type="module" src="/start.js"></script>
</head><body><main><h1>Charts</h1><millrace-reports endpoint="/analytics" poll="0">${body}</millrace-reports></main></body></html>`

/** The elements as they are now, not as they were when somebody last built them. */
async function bundle(): Promise<string> {
  const built = (await build({ logLevel: 'error', build: { write: false, sourcemap: false } })) as
    | Rolldown.RolldownOutput
    | Rolldown.RolldownOutput[]
  const [output] = [built].flat()
  const chunk = output?.output[0]
  if (chunk?.type !== 'chunk') throw new Error('the elements were not bundled')
  return chunk.code
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request) text += piece
  return text
}

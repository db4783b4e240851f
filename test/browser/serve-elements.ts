import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bundleElements } from '../../examples/back-office/page-files.ts'
import type { ReadRequest, ReportAnswer } from '../../src/http/wire.ts'

/** Pages of the elements and answers of a test's own, over the loopback, under a content security policy that lets nothing inline pass. */
export interface ElementsServer {
  readonly url: string
  /** By report: the answer, or a function of what the reader gives. */
  readonly answers: Map<string, ReportAnswer | ((request: ReadRequest) => ReportAnswer | Promise<ReportAnswer>)>
  /** The bodies of pages, by path. */
  readonly pages: Map<string, string>
  /** The page's own style, and attributes of its root. */
  style: string
  root: string
  close(): Promise<void>
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'"

export async function serveElements(): Promise<ElementsServer> {
  const code = await bundleElements()
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
      void answersTo(request).then((results) => send('application/json', JSON.stringify({ results })))
    else if (served.pages.has(path)) send('text/html', pageOf(served, served.pages.get(path) ?? ''))
    else response.writeHead(204).end()
  })
  async function answersTo(request: IncomingMessage) {
    let body = ''
    for await (const piece of request) body += piece
    const { requests } = JSON.parse(body) as { requests: ReadRequest[] }
    return Promise.all(
      requests.map(async (each) => {
        const found = served.answers.get(each.report)
        const answer = typeof found === 'function' ? await found(each) : found
        return {
          report: each.report,
          ...(answer === undefined ? { problem: { code: 'REPORT_NOT_FOUND' } } : { answer }),
        }
      }),
    )
  }
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

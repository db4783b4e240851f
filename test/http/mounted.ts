import fastify from 'fastify'
import { type MillraceReportsOptions, millraceReports } from '../../src/http/fastify-plugin.ts'
import { sample } from './sample.ts'

export interface Sent {
  /** Undefined: not signed in. `acme-all`, unless told. */
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The sample behind the plugin, under `/api` in a host application, and a way to ask it. */
export async function mounted(options: Partial<MillraceReportsOptions> = {}) {
  const parts = await sample()
  const host = fastify()
  host.register(millraceReports, { reports: parts.reports, viewer: parts.viewer, ...options, prefix: '/api' })
  const ask = async (url: string, sent: Sent = {}) => {
    const { headers = {}, body } = sent
    const token = 'token' in sent ? sent.token : 'acme-all'
    const answer = await host.inject({
      method: body === undefined ? 'GET' : 'POST',
      url: `/api${url}`,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    const { statusCode: status, payload } = answer
    const isJson = String(answer.headers['content-type']).includes('json')
    return { status, headers: answer.headers, payload, document: isJson ? JSON.parse(payload) : undefined }
  }
  return { ...parts, host, ask }
}

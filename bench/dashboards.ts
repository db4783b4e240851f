import { setTimeout as delay } from 'node:timers/promises'
import { bookingReports } from './booking-reports.ts'
import type { KeepAliveClient } from './keep-alive-client.ts'

/** All reports in one request, as a page that shows them together asks. */
const body = JSON.stringify({ requests: bookingReports.reports.map(({ name }) => ({ report: name })) })

interface BatchAnswer {
  readonly results: readonly { readonly report: string; readonly problem?: { readonly code: string } }[]
}

/**
 * Opens dashboards at a steady rate, tenant by tenant, however long they take, and returns when each has its answers: the
 * milliseconds that each took.
 */
export async function openDashboards(
  client: KeepAliveClient,
  tokens: readonly string[],
  { perSecond, milliseconds }: { readonly perSecond: number; readonly milliseconds: number },
): Promise<number[]> {
  const opened: Promise<number>[] = []
  const began = performance.now()
  for (let next = 0; next < milliseconds; next += 1000 / perSecond) {
    await delay(Math.max(0, began + next - performance.now()))
    opened.push(openDashboard(client, tokens[opened.length % tokens.length] as string))
  }
  return Promise.all(opened)
}

async function openDashboard(client: KeepAliveClient, token: string): Promise<number> {
  const since = performance.now()
  const text = await client.send('/reports/rows', { headers: { authorization: `Bearer ${token}` }, body })
  const failed = (JSON.parse(text) as BatchAnswer).results.find(({ problem }) => problem !== undefined)
  if (failed !== undefined) throw new Error(`${failed.report}: ${failed.problem?.code}`)
  return performance.now() - since
}

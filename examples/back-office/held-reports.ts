import type { MillraceReportsOptions } from 'millrace/fastify'

type Served = MillraceReportsOptions['reports']

/**
 * The reports where the demo's clock stands still: as of its moment, and not of the machine's clock, which the databases tell; so that
 * what is today in the data is the day that is not over yet.
 */
export function heldReports(reports: Served, at: number | undefined): Served {
  if (at === undefined) return reports
  const asOf = new Date(at).toISOString()
  const held = <Told extends { readonly asOf: string | null }>(told: Told): Told => ({ ...told, asOf })
  return {
    ...reports,
    async read(viewer, name, given, options) {
      return held(await reports.read(viewer, name, given, options))
    },
    async readMany(viewer, requests, options) {
      const results = await reports.readMany(viewer, requests, options)
      return results.map((result) => ('answer' in result ? { ...result, answer: held(result.answer) } : result))
    },
    async listen(viewerNow, since, tell) {
      const listening = await reports.listen(viewerNow, since, (events) => tell(events.map(held)))
      return listening === undefined ? undefined : { ...listening, now: () => held(listening.now()) }
    },
  }
}
